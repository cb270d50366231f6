/** KubernetesObjectApi: objects of any kind, found by legacy discovery. */
import assert from 'node:assert/strict';
import type { KubeConfig, KubernetesObject } from '@kubernetes/client-node';
import type { Check } from '../../suite.ts';
import type { Target } from '../target.ts';
import { expectRefusals, refusal } from './refused.ts';

interface ConfigMap extends KubernetesObject {
  data?: Record<string, string>;
}

export async function checkObjects(check: Check, config: KubeConfig, target: Target): Promise<void> {
  const { KubernetesObjectApi, PatchStrategy } = await import('@kubernetes/client-node');
  const api = KubernetesObjectApi.makeApiClient(config);
  const metadata = { name: 'any', namespace: 'default' };
  const named: ConfigMap & { metadata: typeof metadata } = { apiVersion: 'v1', kind: 'ConfigMap', metadata };

  await check('client-node: KubernetesObjectApi', async () => {
    await api.create<ConfigMap>({ ...named, data: { a: 'b' } });
    const read = await api.read<ConfigMap>(named);
    assert.deepEqual(read.data, { a: 'b' });
    const replaced = await api.replace<ConfigMap>({ ...read, data: { a: 'c' } });
    assert.deepEqual(replaced.data, { a: 'c' });
    const { StrategicMergePatch, MergePatch } = PatchStrategy;
    const merge = await api.patch<ConfigMap>(
      { ...named, data: { d: 'e' } },
      undefined,
      undefined,
      undefined,
      undefined,
      MergePatch,
    );
    assert.deepEqual(merge.data, { a: 'c', d: 'e' });
    const strategic = { ...named, data: { f: 'g' } };
    const patched = await api.patch<ConfigMap>(
      strategic,
      undefined,
      undefined,
      undefined,
      undefined,
      StrategicMergePatch,
    );
    assert.deepEqual(patched.data, { a: 'c', d: 'e', f: 'g' });
    const listed = await api.list('v1', 'ConfigMap', 'default');
    assert.ok(listed.items.some((item) => item.metadata?.name === 'any'));
    const slices = await api.list('discovery.k8s.io/v1', 'EndpointSlice', 'default');
    assert.ok(Array.isArray(slices.items));
    await api.delete(named);
    assert.equal(await refusal(api.read(named)), '404 NotFound');
    await expectRefusals(target, '404 GET configmaps/{name}');
  });

  await check('client-node: server-side apply with KubernetesObjectApi', async () => {
    const apply = (manager: string, force: boolean, data: Record<string, string>): Promise<ConfigMap> =>
      api.patch<ConfigMap>({ ...named, data }, undefined, undefined, manager, force, PatchStrategy.ServerSideApply);
    await apply('one', false, { a: '1', b: '1' });
    assert.equal(await refusal(apply('two', false, { a: '2' })), '409 Conflict');
    assert.deepEqual((await apply('two', true, { a: '2' })).data, { a: '2', b: '1' });
    // What nobody applies any more goes.
    assert.deepEqual((await apply('one', false, {})).data, { a: '2' });
    await expectRefusals(target, '409 PATCH configmaps/{name}');
  });
}

/** Watch and informer, across the end and the new start of the server. */
import assert from 'node:assert/strict';
import type { KubeConfig, V1ConfigMap } from '@kubernetes/client-node';
import { eventually } from '../../rest.ts';
import type { Check } from '../../suite.ts';
import type { Target } from '../target.ts';
import { expectRefusals } from './refused.ts';

const namespace = 'informed';
const path = `/api/v1/namespaces/${namespace}/configmaps`;

export async function checkInformer(check: Check, config: KubeConfig, target: Target): Promise<void> {
  const k8s = await import('@kubernetes/client-node');
  const core = config.makeApiClient(k8s.CoreV1Api);
  await core.createNamespace({ body: { metadata: { name: namespace } } });
  const create = (name: string): Promise<unknown> =>
    core.createNamespacedConfigMap({ namespace, body: { metadata: { name, labels: { told: 'yes' } } } });

  await check('client-node: watch', async () => {
    const seen: string[] = [];
    const ended = Promise.withResolvers<unknown>();
    const query = { timeoutSeconds: 2, labelSelector: 'told' };
    const note = (phase: string, object: V1ConfigMap): number => seen.push(`${phase} ${object.metadata?.name}`);
    await new k8s.Watch(config).watch(path, query, note, ended.resolve);
    await create('watched');
    await core.deleteNamespacedConfigMap({ namespace, name: 'watched' });
    await eventually('two events', () => (seen.length >= 2 ? true : undefined));
    assert.deepEqual(seen.slice(0, 2), ['ADDED watched', 'DELETED watched']);
    assert.equal(await ended.promise, null, 'the clean end by timeoutSeconds');
    await expectRefusals(target);
  });

  const list = () => core.listNamespacedConfigMap({ namespace, labelSelector: 'told' });
  const informer = k8s.makeInformer<V1ConfigMap>(config, path, list, 'told');
  const events: string[] = [];
  const errors: unknown[] = [];
  for (const verb of ['add', 'update', 'delete'] as const) {
    informer.on(verb, ({ metadata }) => events.push(`${verb} ${metadata?.name}`));
  }
  informer.on('error', (error) => errors.push(error));
  const told = (event: string): Promise<true> =>
    eventually(`the event ${event}; there were ${events.join(', ')}`, () =>
      events.includes(event) ? true : undefined,
    );

  await check('client-node: informer', async () => {
    await create('first');
    await informer.start();
    await told('add first');
    await create('second');
    await told('add second');
    await core.patchNamespacedConfigMap(
      { namespace, name: 'second', body: { data: { a: 'b' } } },
      k8s.setHeaderOptions('Content-Type', k8s.PatchStrategy.MergePatch),
    );
    await told('update second');
    await core.deleteNamespacedConfigMap({ namespace, name: 'first' });
    await told('delete first');
    assert.deepEqual(
      informer.list().map(({ metadata }) => metadata?.name),
      ['second'],
    );
    await expectRefusals(target);
  });

  if (target.restart !== undefined) await checkRestart(target.restart);
  await informer.stop();

  async function checkRestart(restart: () => Promise<void>): Promise<void> {
    await check('client-node: informer after a new start of the server', async () => {
      await restart();
      // Its owner starts it again after an error, as the examples of the client do.
      if (errors.length > 0) await informer.start();
      await create('third');
      await told('add third');
      assert.deepEqual(new Set(informer.list().map(({ metadata }) => metadata?.name)), new Set(['second', 'third']));
      await core.deleteNamespacedConfigMap({ namespace, name: 'second' });
      await told('delete second');
      await expectRefusals(target);
    });
  }
}

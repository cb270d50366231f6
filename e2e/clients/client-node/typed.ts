/** The generated classes: bodies without kind, dates with milliseconds, DELETE without a body (P21, P23, D2). */
import assert from 'node:assert/strict';
import type { KubeConfig } from '@kubernetes/client-node';
import type { Check } from '../../suite.ts';
import type { Target } from '../target.ts';
import { expectRefusals, refusal } from './refused.ts';

const namespace = 'typed';

export async function checkTyped(check: Check, config: KubeConfig, target: Target): Promise<void> {
  const k8s = await import('@kubernetes/client-node');
  const core = config.makeApiClient(k8s.CoreV1Api);
  const title = (name: string): string => `client-node: ${name}`;

  await check(title('version, health, who am I'), async () => {
    const { major, minor } = await config.makeApiClient(k8s.VersionApi).getCode();
    assert.deepEqual([major, minor], ['1', '36']);
    assert.equal(await new k8s.Health(config).readyz({}), true);
    assert.equal(await new k8s.Health(config).livez({}), true);
    const review = await config.makeApiClient(k8s.AuthenticationV1Api).createSelfSubjectReview({ body: {} });
    assert.ok(review.status?.userInfo?.groups?.includes('system:masters'));
    const access = await config.makeApiClient(k8s.AuthorizationV1Api).createSelfSubjectAccessReview({
      body: { spec: { resourceAttributes: { verb: 'create', resource: 'pods' } } },
    });
    assert.equal(access.status?.allowed, true);
    await expectRefusals(target);
  });

  await check(title('create, read, replace, delete'), async () => {
    await core.createNamespace({ body: { metadata: { name: namespace } } });
    const made = await core.createNamespacedService({
      namespace,
      body: { metadata: { name: 'web' }, spec: { ports: [{ port: 80 }], selector: { app: 'web' } } },
    });
    assert.match(made.spec?.clusterIP ?? '', /^10\.96\./);
    assert.ok(made.metadata?.creationTimestamp instanceof Date);
    const read = await core.readNamespacedService({ namespace, name: 'web' });
    const [port] = read.spec?.ports ?? [];
    assert.ok(port !== undefined);
    port.targetPort = 'http';
    const replaced = await core.replaceNamespacedService({ namespace, name: 'web', body: read });
    assert.equal(replaced.spec?.ports?.[0]?.targetPort, 'http');
    assert.equal(await refusal(core.replaceNamespacedService({ namespace, name: 'web', body: read })), '409 Conflict');
    const deleted = await core.deleteNamespacedService({ namespace, name: 'web' });
    assert.equal(deleted.metadata?.uid, made.metadata.uid);
    assert.equal(await refusal(core.readNamespacedService({ namespace, name: 'web' })), '404 NotFound');
    await expectRefusals(target, '404 GET services/{name}', '409 PUT services/{name}');
  });

  await check(title('list in pages, by labels and fields, delete a collection'), async () => {
    for (const name of ['a', 'b', 'c']) {
      const labels = { odd: name === 'b' ? 'no' : 'yes' };
      await core.createNamespacedConfigMap({ namespace, body: { metadata: { name, labels }, data: { key: name } } });
    }
    const names = (items: readonly { metadata?: { name?: string } }[]): (string | undefined)[] =>
      items.map(({ metadata }) => metadata?.name).filter((name) => name !== 'kube-root-ca.crt');
    const first = await core.listNamespacedConfigMap({ namespace, limit: 2 });
    const { _continue: token = '' } = first.metadata ?? {};
    const second = await core.listNamespacedConfigMap({ namespace, limit: 2, _continue: token });
    assert.deepEqual([names(first.items), names(second.items)], [['a', 'b'], ['c']]);
    const odd = await core.listNamespacedConfigMap({ namespace, labelSelector: 'odd in (yes)' });
    assert.deepEqual(names(odd.items), ['a', 'c']);
    const one = await core.listConfigMapForAllNamespaces({
      fieldSelector: `metadata.name=b,metadata.namespace=${namespace}`,
    });
    assert.deepEqual(names(one.items), ['b']);
    await core.deleteCollectionNamespacedConfigMap({ namespace, labelSelector: 'odd=yes' });
    assert.deepEqual(names((await core.listNamespacedConfigMap({ namespace })).items), ['b']);
    assert.equal(await refusal(core.listNamespacedConfigMap({ namespace, labelSelector: 'a in' })), '400 BadRequest');
    await expectRefusals(target, '400 GET configmaps');
  });

  await check(title('patch in its four forms'), async () => {
    const { JsonPatch, MergePatch, StrategicMergePatch, ServerSideApply } = k8s.PatchStrategy;
    await core.createNamespacedService({
      namespace,
      body: { metadata: { name: 'web' }, spec: { ports: [{ port: 80, name: 'a' }] } },
    });
    const patch = async (type: string, body: object, extra: object = {}): Promise<number[]> => {
      const options = k8s.setHeaderOptions('Content-Type', type);
      const { spec } = await core.patchNamespacedService({ namespace, name: 'web', body, ...extra }, options);
      return (spec?.ports ?? []).map(({ port }) => port);
    };
    assert.deepEqual(await patch(JsonPatch, [{ op: 'replace', path: '/spec/ports/0/port', value: 81 }]), [81]);
    assert.deepEqual(await patch(MergePatch, { spec: { ports: [{ port: 82, name: 'a' }] } }), [82]);
    assert.deepEqual(await patch(StrategicMergePatch, { spec: { ports: [{ port: 83, name: 'b' }] } }), [83, 82]);
    const applied = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { ports: [{ port: 84, name: 'c' }] },
    };
    assert.deepEqual(await patch(ServerSideApply, applied, { fieldManager: 'e2e', force: true }), [83, 82, 84]);
    await expectRefusals(target);
  });

  await check(title('a Lease with microseconds, status and scale of a Deployment, a token'), async () => {
    const leases = config.makeApiClient(k8s.CoordinationV1Api);
    const renewTime = new k8s.V1MicroTime('2026-01-02T03:04:05.448123Z');
    await leases.createNamespacedLease({
      namespace,
      body: { metadata: { name: 'held' }, spec: { holderIdentity: 'me', leaseDurationSeconds: 15, renewTime } },
    });
    const { body: lease } = await target.rest.get(`/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/held`);
    assert.equal(lease['spec']?.['renewTime'], '2026-01-02T03:04:05.448000Z');
    const apps = config.makeApiClient(k8s.AppsV1Api);
    await apps.createNamespacedDeployment({
      namespace,
      body: {
        metadata: { name: 'web' },
        spec: {
          selector: { matchLabels: { app: 'web' } },
          template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'x' }] } },
        },
      },
    });
    const scale = await apps.readNamespacedDeploymentScale({ namespace, name: 'web' });
    assert.equal(scale.spec?.replicas, 1);
    scale.spec.replicas = 4;
    await apps.replaceNamespacedDeploymentScale({ namespace, name: 'web', body: scale });
    const deployment = await apps.readNamespacedDeployment({ namespace, name: 'web' });
    assert.equal(deployment.spec?.replicas, 4);
    deployment.status = { replicas: 4, observedGeneration: 2 };
    const updated = await apps.replaceNamespacedDeploymentStatus({ namespace, name: 'web', body: deployment });
    assert.equal(updated.status?.replicas, 4);
    const token = await core.createNamespacedServiceAccountToken({
      namespace,
      name: 'default',
      body: { spec: { audiences: [] } },
    });
    assert.match(token.status?.token ?? '', /^ey/);
    await expectRefusals(target);
  });
}

/** What the controllers of kube-controller-manager are expected to bring about, one check for each. */
import assert from 'node:assert/strict';
import type { Check } from '../suite.ts';
import type { Namespace } from './cluster.ts';

export async function checkWorks(check: Check, team: Namespace, other: Namespace): Promise<void> {
  await check('a namespace gets its service account and CA', async () => {
    await team.make();
    await team.until(
      'the default ServiceAccount',
      async () => (await team.get('serviceaccounts', 'default')) !== undefined,
    );
    await team.until('the CA', async () => (await team.get('configmaps', 'kube-root-ca.crt')) !== undefined);
  });
  await check('a Deployment yields a ReplicaSet and Pods, and is available', async () => {
    await team.deploy('web', 3);
    await team.until(
      'three available',
      async () => (await team.get('deployments', 'web'))?.['status']?.['availableReplicas'] === 3,
    );
    assert.equal((await team.list('replicasets')).length, 1);
  });
  await check('a Service yields Endpoints and slices', async () => {
    await team.serve('web');
    await team.until('three ready endpoints', async () => (await team.ready('web')) === 3);
    await team.until('three addresses', async () => {
      const subsets = (await team.get('endpoints', 'web'))?.['subsets'] as { addresses?: unknown[] }[] | undefined;
      return subsets?.[0]?.addresses?.length === 3;
    });
  });
  await check('slices follow scaling, a new image and a lost Pod', async () => {
    await team.patch('deployments', 'web', { spec: { replicas: 5 } });
    await team.until('five ready endpoints', async () => (await team.ready('web')) === 5);
    const [first] = await team.list('pods');
    await team.delete('pods', String(first?.['metadata']?.['name']));
    await team.until('a replacement', async () => {
      const names = (await team.list('pods')).map((pod) => String(pod['metadata']?.['name']));
      return !names.includes(String(first?.['metadata']?.['name'])) && (await team.ready('web')) === 5;
    });
    await team.patch('deployments', 'web', {
      spec: { template: { spec: { containers: [{ name: 'c', image: 'two', ports: [{ containerPort: 80 }] }] } } },
    });
    await team.until('the roll-out', async () => {
      const status = (await team.get('deployments', 'web'))?.['status'];
      return status?.['updatedReplicas'] === 5 && status['replicas'] === 5 && status['availableReplicas'] === 5;
    });
    await team.until('five ready endpoints again', async () => (await team.ready('web')) === 5);
  });
  await check('Endpoints without a selector are mirrored', async () => {
    await team.create('services', { metadata: { name: 'manual' }, spec: { ports: [{ port: 80 }] } });
    await team.create('endpoints', {
      metadata: { name: 'manual' },
      subsets: [{ addresses: [{ ip: '192.0.2.1' }, { ip: '192.0.2.2' }], ports: [{ port: 80 }] }],
    });
    await team.until('the mirror', async () => (await team.ready('manual')) === 2);
    await team.delete('endpoints', 'manual');
    await team.until('its end', async () => (await team.ready('manual')) === 0);
  });
  await check('what a Service owned goes with it', async () => {
    await team.delete('services', 'web');
    await team.until(
      'no slices',
      async () => (await team.list('endpointslices', 'kubernetes.io/service-name=web')).length === 0,
    );
    await team.until('no Endpoints', async () => (await team.get('endpoints', 'web')) === undefined);
  });
  await checkOwners(check, team);
  await check('a deleted namespace empties and goes', async () => {
    await other.make();
    await other.until(
      'the default ServiceAccount',
      async () => (await other.get('serviceaccounts', 'default')) !== undefined,
    );
    await other.deploy('web', 2);
    await other.serve('web');
    await other.until('two ready endpoints', async () => (await other.ready('web')) === 2);
    await other.end();
    await other.until('nothing', async () => !(await other.exists()));
  });
}

async function checkOwners(check: Check, team: Namespace): Promise<void> {
  await check('garbage is collected: background, foreground, orphans', async () => {
    const gone = async (): Promise<boolean> => (await team.list('pods', 'app=web')).length === 0;
    await team.delete('deployments', 'web');
    await team.until('no ReplicaSets', async () => (await team.list('replicasets')).length === 0);
    await team.until('no Pods', gone);

    await team.deploy('front', 2);
    await team.until(
      'two available',
      async () => (await team.get('deployments', 'front'))?.['status']?.['availableReplicas'] === 2,
    );
    await team.delete('deployments', 'front', '?propagationPolicy=Foreground');
    await team.until('the end', async () => (await team.get('deployments', 'front')) === undefined);
    assert.equal((await team.list('pods', 'app=front')).length, 0, 'Pods that were to go first');

    await team.deploy('left', 1);
    await team.until(
      'one available',
      async () => (await team.get('deployments', 'left'))?.['status']?.['availableReplicas'] === 1,
    );
    await team.delete('deployments', 'left', '?propagationPolicy=Orphan');
    await team.until('the end', async () => (await team.get('deployments', 'left')) === undefined);
    const [orphan] = await team.list('replicasets');
    assert.equal(orphan?.['metadata']?.['ownerReferences'], undefined);
    await team.delete('replicasets', String(orphan?.['metadata']?.['name']));
    await team.until('no Pods', async () => (await team.list('pods', 'app=left')).length === 0);
  });
  await check('a dependent of a missing owner goes, of a living one stays', async () => {
    const owner = await team.create('configmaps', { metadata: { name: 'owner' } });
    const reference = (uid: unknown): object => ({ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid });
    const { uid } = owner['metadata'] as unknown as { uid: string };
    await team.create('configmaps', { metadata: { name: 'kept', ownerReferences: [reference(uid)] } });
    await team.create('configmaps', { metadata: { name: 'stale', ownerReferences: [reference('another')] } });
    await team.until('the end of the stale one', async () => (await team.get('configmaps', 'stale')) === undefined);
    assert.notEqual(await team.get('configmaps', 'kept'), undefined);
    await team.delete('configmaps', 'owner');
    await team.until('the end of the other', async () => (await team.get('configmaps', 'kept')) === undefined);
  });
}

import { describe, expect, it } from '@jest/globals';
import { configMaps, secrets } from '../api/resources.ts';
import type { ConfigMap, Secret } from '../api/types.ts';
import { makeCluster } from '../testing/build/cluster.ts';
import { controllerOf, controllerReference, isBeingDeleted } from '../workloads/index.ts';
import { startOwnerController, type ControllerContext, type RunningController } from './index.ts';

/** A ConfigMap owns as many Secrets as its `data.wanted` says. */
function startExample(context: ControllerContext): RunningController {
  return startOwnerController<ConfigMap, Secret>({
    name: 'example',
    context,
    ownerType: configMaps,
    childType: secrets,
    workers: 2,
    plan: ({ owner, children }) => {
      const mine = children.filter((child) => controllerOf(child) !== undefined && !isBeingDeleted(child));
      const missing = Number(owner.data?.['wanted'] ?? 0) - mine.length;
      const { name = '', namespace = '' } = owner.metadata;
      const ownerReferences = [controllerReference(configMaps, owner)];
      const object = { metadata: { generateName: `${name}-`, namespace, ownerReferences } };
      const write = { resource: secrets, because: 'example', chain: 'example' };
      return {
        steps:
          missing > 0
            ? Array.from({ length: missing }, () => ({ ...write, kind: 'create' as const, object }))
            : mine
                .slice(0, -missing)
                .map((child) => ({ ...write, kind: 'delete' as const, object: child, precondition: {} })),
      };
    },
  });
}

const owner = (wanted: number): ConfigMap => ({
  metadata: { name: 'o', namespace: 'ns' },
  data: { wanted: String(wanted) },
});
const want = (wanted: number) => (object: ConfigMap) => {
  object.data = { wanted: String(wanted) };
};

describe('startOwnerController', () => {
  it('brings the owner back for whatever happens to a child', async () => {
    await using cluster = makeCluster();
    await cluster.create(configMaps, owner(2));
    await cluster.start(startExample);
    expect(cluster.observed.takeWrites()).toEqual(['POST secrets', 'POST secrets']);
    const { items } = await cluster.client.list<Secret>(secrets);
    await cluster.client.delete(secrets, { namespace: 'ns', name: items[0]?.metadata.name ?? '' });
    await cluster.pass(5000);
    expect(cluster.observed.takeWrites()).toEqual(['POST secrets']);
  });

  it('IN45 does not make everything a second time while the cache is behind', async () => {
    await using cluster = makeCluster();
    await cluster.create(configMaps, owner(2));
    await cluster.start(startExample);
    cluster.observed.takeWrites();
    cluster.observed.hold(secrets);
    await cluster.change<ConfigMap>(configMaps, 'o', want(4));
    await cluster.pass(5000);
    await cluster.change<ConfigMap>(configMaps, 'o', want(5));
    await cluster.pass(5000);
    expect(cluster.observed.takeWrites()).toEqual(['POST secrets', 'POST secrets']);
    cluster.observed.release(secrets);
    await cluster.pass(5000);
    expect(cluster.observed.takeWrites()).toEqual(['POST secrets']);
  });

  it('does not choose others in the stead of those it has deleted and the cache still shows', async () => {
    await using cluster = makeCluster();
    await cluster.create(configMaps, owner(4));
    await cluster.start(startExample);
    cluster.observed.takeWrites();
    cluster.observed.hold(secrets);
    await cluster.change<ConfigMap>(configMaps, 'o', want(2));
    await cluster.pass(5000);
    await cluster.change<ConfigMap>(configMaps, 'o', want(1));
    await cluster.pass(5000);
    expect((await cluster.client.list<Secret>(secrets)).items).toHaveLength(1);
    expect(cluster.observed.takeWrites()).toHaveLength(3);
    cluster.observed.release(secrets);
  });
});

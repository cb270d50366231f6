import { describe, expect, it } from '@jest/globals';
import { deployments, endpointSlices, nodes, pods, replicaSets, services } from '../api/resources.ts';
import type { Deployment, EndpointSlice, KubeObject, Node, Pod, ReplicaSet } from '../api/types.ts';
import type { Cluster } from './start.ts';
import { start } from './start.ts';

const inDefault = { namespace: 'default' };
const web = { namespace: 'default', name: 'web' };

const deployment = (spec: object = {}, template: object = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', labels: { app: 'web' } },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'one', ports: [{ containerPort: 80 }] }], ...template },
    },
    ...spec,
  },
});
const service: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
};

async function list<T>(cluster: Cluster, type: Parameters<Cluster['client']['list']>[0]): Promise<T[]> {
  return (await cluster.client.list<T>(type, type.namespaced ? inDefault : {})).items;
}

const setImage = (cluster: Cluster, image: string): Promise<Deployment> =>
  cluster.client.patch<Deployment>(deployments, web, 'strategic', {
    spec: { template: { spec: { containers: [{ name: 'web', image }] } } },
  });

const images = async (cluster: Cluster): Promise<(string | undefined)[]> =>
  (await list<Pod>(cluster, pods)).map(({ spec }) => spec?.containers[0]?.image);

describe('a cluster with nodes', () => {
  it('has ready nodes in three zones, without taints', async () => {
    await using cluster = await start({ nodes: 4 });
    await cluster.settled();
    const found = await list<Node>(cluster, nodes);
    expect(
      found.map(({ metadata, spec, status }) => [
        metadata.name,
        metadata.labels?.['topology.kubernetes.io/zone'],
        spec?.podCIDR,
        spec?.taints,
        status?.addresses?.[0]?.address,
        status?.conditions?.find(({ type }) => type === 'Ready')?.status,
      ]),
    ).toEqual([
      ['node-0', 'a', '10.244.0.0/24', undefined, '10.240.0.1', 'True'],
      ['node-1', 'b', '10.244.1.0/24', undefined, '10.240.0.2', 'True'],
      ['node-2', 'c', '10.244.2.0/24', undefined, '10.240.0.3', 'True'],
      ['node-3', 'a', '10.244.3.0/24', undefined, '10.240.0.4', 'True'],
    ]);
  });

  it('runs a Deployment behind a Service', async () => {
    await using cluster = await start({ nodes: 3, objects: [deployment(), service] });
    await cluster.settled();
    const running = await list<Pod>(cluster, pods);
    expect(new Set(running.map(({ spec }) => spec?.nodeName))).toEqual(new Set(['node-0', 'node-1', 'node-2']));
    expect(running.map(({ status }) => [status?.phase, status?.containerStatuses?.[0]?.ready])).toEqual(
      Array.from({ length: 3 }, () => ['Running', true]),
    );
    const slices = await list<EndpointSlice>(cluster, endpointSlices);
    const published = slices
      .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === 'web')
      .flatMap(({ endpoints }) => endpoints ?? []);
    expect(new Map(published.map(({ addresses, conditions }) => [addresses[0], conditions?.ready]))).toEqual(
      new Map(running.map(({ status }) => [status?.podIP, true])),
    );
    const { status } = await cluster.client.get<Deployment>(deployments, web);
    expect(status).toMatchObject({ replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3 });
    expect(status?.conditions?.map(({ type, reason }) => `${type} ${reason}`)).toEqual([
      'Progressing NewReplicaSetAvailable',
      'Available MinimumReplicasAvailable',
    ]);
  });

  it('scales up and down, and takes everything away with the Deployment', async () => {
    await using cluster = await start({ nodes: 2, objects: [deployment()] });
    await cluster.settled();
    const scaled = async (replicas: number): Promise<number> => {
      await cluster.client.patch(deployments, web, 'merge', { spec: { replicas } });
      await cluster.settled();
      return (await list<Pod>(cluster, pods)).length;
    };
    expect(await scaled(7)).toBe(7);
    expect(await scaled(1)).toBe(1);
    expect(await scaled(0)).toBe(0);
    expect(await scaled(2)).toBe(2);
    await cluster.client.delete(deployments, web, { propagationPolicy: 'Background' });
    await cluster.settled();
    expect(await list(cluster, replicaSets)).toEqual([]);
    expect(await list(cluster, pods)).toEqual([]);
  });

  it('rolls a new template out, keeps the old set for undo, and numbers revisions', async () => {
    await using cluster = await start({ nodes: 2, objects: [deployment()] });
    await cluster.settled();
    await setImage(cluster, 'two');
    await cluster.settled();
    expect(await images(cluster)).toEqual(['two', 'two', 'two']);
    await setImage(cluster, 'one');
    await cluster.settled();
    expect(await images(cluster)).toEqual(['one', 'one', 'one']);
    const sets = await list<ReplicaSet>(cluster, replicaSets);
    const revision = ({ metadata }: ReplicaSet) => metadata.annotations?.['deployment.kubernetes.io/revision'];
    expect(new Map(sets.map((set) => [revision(set), set.spec?.replicas]))).toEqual(
      new Map([
        ['2', 0],
        ['3', 3],
      ]),
    );
    expect((await cluster.client.get<Deployment>(deployments, web)).metadata.annotations).toEqual({
      'deployment.kubernetes.io/revision': '3',
    });
  });

  it('a rollout that never becomes ready leaves enough old Pods', async () => {
    await using cluster = await start({ nodes: 2, objects: [deployment({ replicas: 4 })] });
    await cluster.settled();
    await cluster.client.patch(deployments, web, 'merge', {
      spec: { template: { metadata: { annotations: { 'fairlead.dev/never-ready': 'true' } } } },
    });
    await cluster.settled();
    const ready = (await list<Pod>(cluster, pods)).filter(({ status }) =>
      status?.conditions?.some(({ type, status: holds }) => type === 'Ready' && holds === 'True'),
    );
    expect(ready).toHaveLength(3);
  });

  it('writes nothing once it has settled', async () => {
    await using cluster = await start({ nodes: 2, objects: [deployment(), service] });
    await cluster.settled();
    const version = async (): Promise<string> => (await cluster.client.list(pods, inDefault)).resourceVersion;
    const before = await version();
    await cluster.settled();
    expect(await version()).toBe(before);
    await cluster.client.patch(services, web, 'merge', { metadata: { labels: { touched: 'yes' } } });
    await cluster.settled();
    const all = await list<Pod>(cluster, pods);
    expect(all.every(({ metadata }) => Number(metadata.resourceVersion) <= Number(before))).toBe(true);
  });
});

import { describe, expect, it } from '@jest/globals';
import { daemonSets, jobs, nodes, pods, statefulSets } from '../api/resources.ts';
import type { DaemonSet, Job, KubeObject, Node, Pod, StatefulSet } from '../api/types.ts';
import { start, type Cluster } from './start.ts';

const template = (annotations: Record<string, string> = {}, spec: object = {}): object => ({
  metadata: { labels: { app: 'x' }, annotations },
  spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
});
const selector = { matchLabels: { app: 'x' } };
const key = { namespace: 'default', name: 'x' };

const apps = (kind: string, spec: object): KubeObject => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'x' },
  spec: { selector, template: template(), ...spec },
});
const job = (spec: object, annotations: Record<string, string>, policy = 'Never'): KubeObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'x' },
  spec: { template: template(annotations, { restartPolicy: policy }), ...spec },
});

const allPods = async (cluster: Cluster): Promise<Pod[]> =>
  (await cluster.client.list<Pod>(pods, { namespace: 'default' })).items;
const names = async (cluster: Cluster): Promise<(string | undefined)[]> =>
  (await allPods(cluster)).map(({ metadata }) => metadata.name);

describe('a StatefulSet', () => {
  it('has Pods with names and host names that stay, through scaling and an update', async () => {
    await using cluster = await start({
      nodes: 2,
      objects: [apps('StatefulSet', { replicas: 3, serviceName: 'x' })],
    });
    await cluster.settled();
    const before = await allPods(cluster);
    expect(before.map(({ metadata, spec }) => [metadata.name, spec?.hostname, spec?.subdomain])).toEqual([
      ['x-0', 'x-0', 'x'],
      ['x-1', 'x-1', 'x'],
      ['x-2', 'x-2', 'x'],
    ]);
    await cluster.client.patch(statefulSets, key, 'merge', { spec: { template: template({ new: 'yes' }) } });
    await cluster.settled();
    const after = await allPods(cluster);
    expect(after.map(({ metadata }) => [metadata.name, metadata.annotations])).toEqual(
      ['x-0', 'x-1', 'x-2'].map((name) => [name, { new: 'yes' }]),
    );
    const { status } = await cluster.client.get<StatefulSet>(statefulSets, key);
    expect(status).toMatchObject({ readyReplicas: 3, updatedReplicas: 3, currentRevision: status?.updateRevision });
    await cluster.client.patch(statefulSets, key, 'merge', { spec: { replicas: 1 } });
    await cluster.settled();
    expect(await names(cluster)).toEqual(['x-0']);
  });

  it('waits for the first before it makes the second', async () => {
    const stuck = apps('StatefulSet', { replicas: 2, template: template({ 'fairlead.dev/never-ready': 'true' }) });
    await using cluster = await start({ nodes: 1, objects: [stuck] });
    await cluster.settled();
    expect(await names(cluster)).toEqual(['x-0']);
  });
});

describe('a DaemonSet', () => {
  it('has one Pod on each node, also on one that comes later', async () => {
    await using cluster = await start({ nodes: 3, objects: [apps('DaemonSet', {})] });
    await cluster.settled();
    expect(new Set((await allPods(cluster)).map(({ spec }) => spec?.nodeName))).toEqual(
      new Set(['node-0', 'node-1', 'node-2']),
    );
    await cluster.client.create<Node>(nodes, { metadata: { name: 'late' } });
    await cluster.settled();
    expect(await names(cluster)).toHaveLength(4);
    const { status } = await cluster.client.get<DaemonSet>(daemonSets, key);
    expect(status).toMatchObject({ desiredNumberScheduled: 4, numberReady: 3, numberUnavailable: 1 });
  });

  it('follows a node selector when labels change', async () => {
    const chosen = apps('DaemonSet', { template: template({}, { nodeSelector: { disk: 'ssd' } }) });
    await using cluster = await start({ nodes: 2, objects: [chosen] });
    await cluster.settled();
    expect(await names(cluster)).toEqual([]);
    await cluster.client.patch(nodes, { name: 'node-1' }, 'merge', { metadata: { labels: { disk: 'ssd' } } });
    await cluster.settled();
    expect((await allPods(cluster)).map(({ spec }) => spec?.nodeName)).toEqual(['node-1']);
  });
});

describe('a Job', () => {
  it('completes when enough Pods have succeeded', async () => {
    const object = job({ completions: 4, parallelism: 2 }, { 'fairlead.dev/exit-after': '5ms' });
    await using cluster = await start({ nodes: 1, objects: [object] });
    await cluster.settled();
    const { status } = await cluster.client.get<Job>(jobs, key);
    expect(status).toMatchObject({ succeeded: 4 });
    expect(status?.conditions?.map(({ type }) => type)).toEqual(['SuccessCriteriaMet', 'Complete']);
    expect((await allPods(cluster)).map((pod) => pod.status?.phase)).toEqual(
      Array.from({ length: 4 }, () => 'Succeeded'),
    );
  });

  it('fails when too many Pods have failed', async () => {
    const object = job({ backoffLimit: 0 }, { 'fairlead.dev/exit-after': '5ms', 'fairlead.dev/exit-code': '3' });
    await using cluster = await start({ nodes: 1, objects: [object] });
    await cluster.settled();
    const { status } = await cluster.client.get<Job>(jobs, key);
    expect(status?.failed).toBe(1);
    expect(status?.conditions?.map(({ type, reason }) => [type, reason])).toEqual([
      ['FailureTarget', 'BackoffLimitExceeded'],
      ['Failed', 'BackoffLimitExceeded'],
    ]);
    const [pod] = await allPods(cluster);
    expect(pod?.status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: 3, reason: 'Error' });
  });
});

describe('a Pod on its own', () => {
  const pod = (name: string, spec: object = {}, annotations: Record<string, string> = {}): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, annotations },
    spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
  });

  it('stays Pending and says why when no node takes it, until one does', async () => {
    await using cluster = await start({ nodes: 2, objects: [pod('picky', { nodeSelector: { disk: 'ssd' } })] });
    await cluster.settled();
    const [before] = await allPods(cluster);
    expect(before?.status?.conditions?.find(({ type }) => type === 'PodScheduled')).toMatchObject({
      status: 'False',
      reason: 'Unschedulable',
      message: "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.",
    });
    await cluster.client.patch(nodes, { name: 'node-1' }, 'merge', { metadata: { labels: { disk: 'ssd' } } });
    await cluster.settled();
    const [after] = await allPods(cluster);
    expect([after?.spec?.nodeName, after?.status?.phase]).toEqual(['node-1', 'Running']);
    const scheduled = after?.status?.conditions?.find(({ type }) => type === 'PodScheduled');
    expect([scheduled?.status, scheduled?.reason, scheduled?.message]).toEqual(['True', undefined, undefined]);
  });

  it('opens its readiness gate when somebody else says so', async () => {
    const gated = pod('gated', { readinessGates: [{ conditionType: 'example.com/door' }] });
    await using cluster = await start({ nodes: 1, objects: [gated] });
    await cluster.settled();
    const ready = async () => (await allPods(cluster))[0]?.status?.conditions?.find(({ type }) => type === 'Ready');
    expect(await ready()).toMatchObject({ status: 'False', reason: 'ReadinessGatesNotReady' });
    const status = { conditions: [{ type: 'example.com/door', status: 'True' }] };
    const name = { namespace: 'default', name: 'gated' };
    await cluster.client.patch(pods, name, 'strategic', { status }, { subresource: 'status' });
    await cluster.settled();
    expect(await ready()).toMatchObject({ status: 'True' });
    expect((await ready())?.reason).toBeUndefined();
  });

  it('goes when its program has ended, long before the grace period is over', async () => {
    const slow = pod('slow', { terminationGracePeriodSeconds: 30 }, { 'fairlead.dev/stop-after': '20ms' });
    await using cluster = await start({ nodes: 1, objects: [slow] });
    await cluster.settled();
    await cluster.client.delete(pods, { namespace: 'default', name: 'slow' });
    const [ending] = await allPods(cluster);
    expect(ending?.metadata.deletionGracePeriodSeconds).toBe(30);
    await cluster.settled();
    expect(await allPods(cluster)).toEqual([]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { leases, nodes, pods } from '../api/resources.ts';
import type { KubeObject, Lease, Node, Pod } from '../api/types.ts';
import { VirtualClock } from '../clock/index.ts';
import { start } from './start.ts';

const node: KubeObject = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'own' },
  status: { conditions: [{ type: 'Ready', status: 'True' }] },
};
const pod: KubeObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'default' },
  // No kubelet confirms the end of a Pod here: it goes at once.
  spec: { nodeName: 'own', terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: 'i' }] },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
};
const lease = (at: number): Lease => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'own', namespace: 'kube-node-lease' },
  spec: { renewTime: new Date(at).toISOString().replace('Z', '000Z') },
});

describe('a node that falls silent', () => {
  it('becomes unknown and tainted after 50 seconds, its Pods not ready, and after 300 more they are gone', async () => {
    const clock = new VirtualClock();
    await using cluster = await start({ clock });
    await cluster.client.create<KubeObject>(nodes, node);
    await cluster.client.patch(nodes, { name: 'own' }, 'merge', { status: node['status'] }, { subresource: 'status' });
    await cluster.client.create<KubeObject>(pods, pod);
    const key = { namespace: 'default', name: 'p' };
    await cluster.client.patch(pods, key, 'merge', { status: pod['status'] }, { subresource: 'status' });
    await cluster.client.create<Lease>(leases, lease(clock.now()));
    await cluster.settled();
    const look = async () => {
      const { spec, status } = await cluster.client.get<Node>(nodes, { name: 'own' });
      const { items } = await cluster.client.list<Pod>(pods, { namespace: 'default' });
      return {
        node: status?.conditions?.map((one) => one.status),
        taints: spec?.taints?.map(({ key, effect }) => `${key} ${effect}`),
        pods: items.map((one) => one.status?.conditions?.[0]?.status),
      };
    };
    expect(await look()).toEqual({ node: ['True'], taints: undefined, pods: ['True'] });
    await clock.advance(50_000);
    await cluster.settled();
    const unreachable = 'node.kubernetes.io/unreachable';
    const taints = [`${unreachable} NoSchedule`, `${unreachable} NoExecute`];
    expect(await look()).toEqual({ node: ['Unknown'], taints, pods: ['False'] });
    await clock.advance(301_000);
    await cluster.settled();
    expect(await look()).toEqual({ node: ['Unknown'], taints, pods: [] });
  });
});

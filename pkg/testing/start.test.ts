import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { endpoints, endpointSlices, pods, services } from '../api/resources.ts';
import type { Endpoints, EndpointSlice, KubeObject, Pod, Service } from '../api/types.ts';
import { start } from './start.ts';
import { waitFor } from './wait-for.ts';

const readyPod = (name: string, ip: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: 'web' } },
  spec: { nodeName: 'n1', containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 8080 }] }] },
  status: {
    phase: 'Running',
    podIP: ip,
    podIPs: [{ ip }],
    conditions: [{ type: 'Ready', status: 'True' }],
  },
});
const node: KubeObject = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n1', labels: { 'topology.kubernetes.io/zone': 'z1' } },
};
const service: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
};
const inDefault = { namespace: 'default', labelSelector: 'kubernetes.io/service-name=web' };

describe('start', () => {
  it('leaves nothing running when an object is refused', async () => {
    const listeners = (): number => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;
    const before = listeners();
    const bad = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'UPPER' }, spec: { ports: [{ port: 80 }] } };
    await expect(start({ objects: [bad] })).rejects.toThrow('UPPER');
    // Fewer, if another file of this worker had one that was still closing.
    expect(await waitFor(() => listeners() <= before || undefined)).toBe(true);
  });

  it('follows a selector to ready Pods, in Endpoints and slices', async () => {
    await using cluster = await start({
      objects: [node, service, readyPod('a', '10.244.0.1'), readyPod('b', '10.244.0.2')],
    });
    await cluster.settled();
    const { spec } = await cluster.client.get<Service>(services, { namespace: 'default', name: 'web' });
    expect(spec?.clusterIP).toMatch(/^10\.96\./);
    const { items } = await cluster.client.list<EndpointSlice>(endpointSlices, inDefault);
    expect(items.flatMap((slice) => slice.endpoints ?? []).map(({ addresses, zone }) => [addresses[0], zone])).toEqual([
      ['10.244.0.1', 'z1'],
      ['10.244.0.2', 'z1'],
    ]);
    const { subsets } = await cluster.client.get<Endpoints>(endpoints, { namespace: 'default', name: 'web' });
    expect(subsets?.[0]?.addresses?.map(({ ip }) => ip)).toEqual(['10.244.0.1', '10.244.0.2']);
  });

  it('takes a Pod out when it is deleted, and the slices with their Service', async () => {
    await using cluster = await start({ objects: [node, service, readyPod('a', '10.244.0.1')] });
    await cluster.settled();
    const name = { namespace: 'default', name: 'a' };
    const pod = await cluster.client.get<Pod>(pods, name);
    expect(pod.metadata.name).toBe('a');
    await cluster.client.delete(pods, name, { gracePeriodSeconds: 0 });
    await cluster.settled();
    const after = await cluster.client.list<EndpointSlice>(endpointSlices, inDefault);
    expect(after.items.map((slice) => slice.endpoints ?? [])).toEqual([[]]);
    await cluster.client.delete(services, { namespace: 'default', name: 'web' });
    await cluster.settled();
    expect((await cluster.client.list(endpointSlices, inDefault)).items).toEqual([]);
  });

  it('gives a kubeconfig that goes with the cluster, and clusters do not see each other', async () => {
    const [one, other] = await Promise.all([start({ controllers: false }), start({ controllers: false })]);
    expect(readFileSync(one.kubeconfigPath, 'utf8')).toBe(one.kubeconfig);
    expect(one.kubeconfig).toContain(one.url);
    await one.client.create<KubeObject>(services, {
      metadata: { name: 's', namespace: 'default' },
      spec: { ports: [{ port: 1 }] },
    });
    expect((await other.client.list(services, { namespace: 'default' })).items).toHaveLength(1);
    await Promise.all([one.stop(), other.stop()]);
    expect(() => readFileSync(one.kubeconfigPath)).toThrow('ENOENT');
  });
});

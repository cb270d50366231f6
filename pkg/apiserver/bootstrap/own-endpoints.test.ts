import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../../clock/index.ts';
import { MemoryStore } from '../../storage/memory/index.ts';
import { testServer, type TestServer } from '../../testing/api-server.ts';

const endpoints = '/api/v1/namespaces/default/endpoints/kubernetes';
const slices = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes';
const service = '/api/v1/namespaces/default/services/kubernetes';

/** Address, port, and its name as each of the three objects has them. */
async function shown(api: TestServer): Promise<unknown> {
  const [own, slice, front] = await Promise.all([endpoints, slices, service].map((path) => api.get(path)));
  return {
    endpoints: own?.body['subsets'],
    mirror: own?.body['metadata']?.['labels'],
    slice: { endpoints: slice?.body['endpoints'], ports: slice?.body['ports'], type: slice?.body['addressType'] },
    labels: slice?.body['metadata']?.['labels'],
    targetPort: front?.body['spec']?.['ports']?.[0]?.['targetPort'],
  };
}

const expected = (ip: string, port: number) => ({
  endpoints: [{ addresses: [{ ip }], ports: [{ name: 'https', port, protocol: 'TCP' }] }],
  mirror: { 'endpointslice.kubernetes.io/skip-mirror': 'true' },
  slice: {
    endpoints: [{ addresses: [ip], conditions: { ready: true } }],
    ports: [{ name: 'https', port, protocol: 'TCP' }],
    type: ip.includes(':') ? 'IPv6' : 'IPv4',
  },
  labels: { 'kubernetes.io/service-name': 'kubernetes' },
  targetPort: port,
});

const listen = { host: '127.0.0.1', port: 0 };
const portOf = (api: TestServer): number => Number(new URL(api.server.url).port);

describe('endpoints of the kubernetes Service', () => {
  it('lead to the server, are kept over a restart, and follow its port and address', async () => {
    const store = new MemoryStore({ clock: new VirtualClock() });
    let uid: unknown;
    for (const advertiseAddress of ['10.1.2.3', '10.1.2.3', 'fd00::7']) {
      const api = await testServer({ store, listen, advertiseAddress });
      expect(await shown(api)).toEqual(expected(advertiseAddress, portOf(api)));
      const now = (await api.get(endpoints)).body['metadata']?.['uid'];
      expect(now).toBe(uid ?? now);
      uid = now;
      await api.server.stop();
    }
    await store.close();
  });

  it('are written again when somebody removes or changes them', async () => {
    const clock = new VirtualClock();
    await using api = await testServer({ clock, listen, advertiseAddress: '10.1.2.3' });
    const right = expected('10.1.2.3', portOf(api));
    await api.delete(slices);
    await api.patch(endpoints, 'merge', { subsets: [], metadata: { labels: { mine: 'too' } } });
    await clock.advance(10_000);
    await api.settled();
    expect(await shown(api)).toEqual({ ...right, mirror: { ...right.mirror, mine: 'too' } });
  });

  it('are not written when nothing has changed', async () => {
    const clock = new VirtualClock();
    await using api = await testServer({ clock, listen, advertiseAddress: '10.1.2.3' });
    await api.settled();
    const before = (await api.get(slices)).body['metadata']?.['resourceVersion'];
    await clock.advance(30_000);
    expect((await api.get(slices)).body['metadata']?.['resourceVersion']).toBe(before);
  });
});

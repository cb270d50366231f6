import { afterEach, describe, expect, it } from '@jest/globals';
import { testServer, type TestServer } from '../testing/api-server.ts';
import { sharedStore, type SharedStore } from '../testing/shared-store.ts';

let seed = 1;
const dice = (sides: number): number => {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed % sides;
};

const running: TestServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server[Symbol.asyncDispose]();
});

async function pair(
  options: Parameters<typeof testServer>[0] = {},
): Promise<{ shared: SharedStore; servers: [TestServer, TestServer] }> {
  const shared = sharedStore(() => dice(4));
  const start = () => testServer({ store: shared.open(), onError: () => undefined, ...options });
  const servers = await Promise.all([start(), start()]);
  running.push(...servers);
  return { shared, servers };
}

const configMaps = '/api/v1/namespaces/default/configmaps';
const services = '/api/v1/namespaces/default/services';

describe('several servers on one store', () => {
  it('C7 K31 show each other every acknowledged write, in gets, lists, updates and deletions', async () => {
    const { servers } = await pair();
    for (let n = 0; n < 30; n += 1) {
      const [one, two] = n % 2 === 0 ? servers : servers.toReversed();
      if (one === undefined || two === undefined) return;
      const name = `c${n}`;
      const created = await one.post(configMaps, { metadata: { name } });
      expect(created.status).toBe(201);
      expect((await two.get(`${configMaps}/${name}`)).body['metadata']).toEqual(created.body['metadata']);
      expect((await two.patch(`${configMaps}/${name}`, 'merge', { data: { a: 'b' } })).status).toBe(200);
      const { resourceVersion } = (await one.get(`${configMaps}/${name}`)).body['metadata'] as unknown as {
        resourceVersion: string;
      };
      const stale = { metadata: { name, resourceVersion: String(Number(resourceVersion) - 1) } };
      expect((await one.put(`${configMaps}/${name}`, stale)).status).toBe(409);
      expect((await one.delete(`${configMaps}/${name}`)).status).toBe(200);
      expect((await two.get(`${configMaps}/${name}`)).status).toBe(404);
    }
  });

  it('P22 create in a namespace that the other has just made', async () => {
    const { servers } = await pair();
    const [one, two] = servers;
    for (let n = 0; n < 10; n += 1) {
      expect((await one.post('/api/v1/namespaces', { metadata: { name: `n${n}` } })).status).toBe(201);
      expect((await two.post(`/api/v1/namespaces/n${n}/configmaps`, { metadata: { name: 'c' } })).status).toBe(201);
    }
  });

  it('A31, A64 never give an address or a node port twice, also when asked for the same at once', async () => {
    const { servers, shared } = await pair({ serviceCidrs: ['10.96.0.0/27'], nodePortRange: '30000-30015' });
    const asked = { made: 0, refused: 0 };
    for (let round = 0; round < 40; round += 1) {
      const answers = await Promise.all(
        Array.from({ length: 4 }, (_, n) => {
          const server = servers[n % 2] ?? servers[0];
          const nodePort = dice(3) === 0 ? { nodePort: 30_000 + dice(6) } : {};
          const spec = { type: 'NodePort', ports: [{ port: 80, ...nodePort }] };
          return server.post(services, { metadata: { name: `s${round}-${n}` }, spec });
        }),
      );
      for (const { status } of answers) asked[status === 201 ? 'made' : 'refused'] += 1;
      const { items } = (await servers[0].get(services)).body as unknown as { items: Held[] };
      const addresses = items.map(({ spec }) => spec.clusterIP);
      const ports = items.flatMap(({ spec }) => (spec.ports ?? []).flatMap(({ nodePort }) => nodePort ?? []));
      expect([new Set(addresses).size, new Set(ports).size]).toEqual([addresses.length, ports.length]);
      const mine = items.filter(({ metadata }) => metadata.name !== 'kubernetes');
      const leaving = mine.slice(0, Math.max(0, mine.length - 8 + dice(4)));
      await Promise.all(
        leaving.map(({ metadata }, n) => (servers[n % 2] ?? servers[0]).delete(`${services}/${metadata.name}`)),
      );
    }
    expect(asked.made).toBeGreaterThan(60);
    expect(asked.refused).toBeGreaterThan(5);
    // Nothing stays behind: no lock, and one IPAddress for each Service.
    expect((await shared.memory.range('/registry/fairlead.dev/portlocks/')).count).toBe(0);
    const { count } = await shared.memory.range('/registry/services/specs/');
    expect((await shared.memory.range('/registry/ipaddresses/')).count).toBe(count);
  });

  it('K24, F48 end client watches when their own breaks, and go on with everything that was missed', async () => {
    const { servers, shared } = await pair();
    const [one, two] = servers;
    await one.post(configMaps, { metadata: { name: 'stays' } });
    await one.post(configMaps, { metadata: { name: 'goes' } });
    const watch = await two.watch(`${configMaps}?watch=1`);
    shared.breakWatches();
    await one.delete(`${configMaps}/goes`);
    await one.post(configMaps, { metadata: { name: 'comes' } });
    const { items } = (await two.get(configMaps)).body as unknown as { items: { metadata: { name: string } }[] };
    expect(items.map(({ metadata }) => metadata.name)).toEqual(['comes', 'kube-root-ca.crt', 'stays']);
    await watch.until(Infinity);
    expect(watch.ended).toBe(true);
    expect((await two.post(configMaps, { metadata: { name: 'later' } })).status).toBe(201);
    expect((await one.get(`${configMaps}/later`)).status).toBe(200);
  });

  it('K20 leave work in the background to one of them, which gives its place back when it stops', async () => {
    const { servers, shared } = await pair();
    const key = '/registry/fairlead.dev/leaders/apiserver';
    const leader = (await shared.memory.get(key)).kv?.value;
    expect(leader).toBeDefined();
    await servers[0].post('/api/v1/namespaces', { metadata: { name: 'going' } });
    await servers[1].delete('/api/v1/namespaces/going');
    const gone = async (): Promise<boolean> => (await servers[1].get('/api/v1/namespaces/going')).status === 404;
    while (!(await gone())) await new Promise((resolve) => setImmediate(resolve));
    for (const server of running.splice(0)) await server[Symbol.asyncDispose]();
    expect((await shared.memory.range('/registry/fairlead.dev/leaders/')).count).toBe(0);
  });
});

interface Held {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly clusterIP?: string; readonly ports?: readonly { readonly nodePort?: number }[] };
}

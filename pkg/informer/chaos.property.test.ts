import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { KubeObject, Service } from '../api/types.ts';
import { services } from '../api/resources.ts';
import { inProcessTransport } from '../apiserver/index.ts';
import { RestClient } from '../client/index.ts';
import { faultyTransport } from '../client/testdata/faulty-transport.ts';
import type { Fault } from '../client/testdata/faulty-transport.ts';
import { advanceSettled, VirtualClock } from '../clock/index.ts';
import { admin, testServer } from '../testing/api-server.ts';
import type { TestServer } from '../testing/api-server.ts';
import { Informer } from './informer.ts';
import { keyOf } from './object-key.ts';

const faults = fc.record({
  fault: fc.constantFrom<Fault>(
    'none',
    'none',
    'refused',
    'lost',
    'throttled',
    'unavailable',
    'gone',
    'cut',
    'silent',
    'twice',
    'expired',
    'garbage',
  ),
  at: fc.nat(3),
});

const writes = fc.record({
  what: fc.constantFrom('create', 'create', 'label', 'delete', 'replace'),
  name: fc.constantFrom('a', 'b', 'c'),
  thenMs: fc.constantFrom(0, 0, 10, 1000, 30_000),
});

const draft = (name: string): Service => ({
  metadata: { name, namespace: 'default', labels: {} },
  spec: { clusterIP: 'None', ports: [{ port: 80 }] },
});

/** Changes one Service, or does nothing where that is impossible. */
async function write(
  client: RestClient,
  { what, name }: { readonly what: string; readonly name: string },
  step: number,
) {
  const key = { namespace: 'default', name };
  const found = await client.get<Service>(services, key).catch(() => undefined);
  if (what === 'create' && found === undefined) await client.create(services, draft(name));
  if (what === 'label')
    await client.patch(services, key, 'merge', { metadata: { labels: { step: `${step}` } } }).catch(() => {});
  if (found !== undefined && (what === 'delete' || what === 'replace')) await client.delete(services, key);
  if (found !== undefined && what === 'replace') await client.create(services, draft(name));
}

/** What somebody knows who was told everything; contradictions fail. */
function listener(known: Map<string, KubeObject>) {
  return {
    add: (object: KubeObject) => {
      expect(known.has(keyOf(object))).toBe(false);
      known.set(keyOf(object), object);
    },
    update: (old: KubeObject, current: KubeObject) => {
      expect(known.get(keyOf(current))).toBe(old);
      expect(old.metadata.uid).toBe(current.metadata.uid);
      expect(Number(current.metadata.resourceVersion)).toBeGreaterThan(Number(old.metadata.resourceVersion));
      known.set(keyOf(current), current);
    },
    delete: (last: KubeObject) => {
      expect(known.delete(keyOf(last))).toBe(true);
    },
  };
}

describe('Informer on a bad line', () => {
  const clock = new VirtualClock();
  let server: TestServer;
  beforeAll(async () => {
    server = await testServer({ clock, lifecycle: false });
  });
  afterAll(async () => server[Symbol.asyncDispose]());

  it('F1 to F18 shows and has told exactly what the server has, once the line is good again', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(faults, { maxLength: 20 }),
        fc.array(writes, { maxLength: 12 }),
        fc.boolean(),
        async (bad, changes, streamingLists) => {
          const line = inProcessTransport(server.server.handle, admin);
          const good = new RestClient({ transport: line, clock });
          const queue = [...bad];
          const client = new RestClient({
            transport: faultyTransport(line, () => queue.shift() ?? { fault: 'none', at: 0 }),
            clock,
          });
          const known = new Map<string, KubeObject>();
          const failed: unknown[] = [];
          const informer = new Informer<KubeObject>(
            services,
            { indexers: { all: () => ['all'] } },
            { client, clock, random: () => 0.5, streamingLists, pageSize: 2 },
          );
          const told = listener(known);
          const guard =
            <A extends unknown[]>(call: (...given: A) => void) =>
            (...given: A) => {
              try {
                call(...given);
              } catch (error) {
                failed.push(error);
              }
            };
          informer.addHandler({ add: guard(told.add), update: guard(told.update), delete: guard(told.delete) });
          const stop = new AbortController();
          const run = informer.run(stop.signal);
          for (const [step, change] of changes.entries()) {
            await write(good, change, step);
            await advanceSettled(clock, change.thenMs);
          }
          // Every fault costs a pause of at most a minute; a silent stream is found out after 90 s.
          for (let rest = 0; rest < 60 && (queue.length > 0 || rest < 6); rest++) {
            for (let turn = 0; turn < 3; turn++) await advanceSettled(clock, 20_000);
          }
          const { items } = await good.list(services);
          const wanted = new Map(items.map((item) => [keyOf(item), item]));
          expect(failed).toEqual([]);
          expect(new Map(informer.store.list().map((item) => [keyOf(item), item]))).toEqual(wanted);
          expect(known).toEqual(wanted);
          expect(informer.store.byIndex('all', 'all')).toHaveLength(wanted.size);
          stop.abort();
          await run;
          await line.close();
        },
      ),
      { numRuns: 60 },
    );
  });
});

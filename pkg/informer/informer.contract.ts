/**
 * What an informer must show of a real server, whatever the way to it. Needs a server that serves Services, and leaves
 * it as it was.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Service } from '../api/types.ts';
import { services } from '../api/resources.ts';
import type { Client } from '../client/index.ts';
import { InformerFactory } from './informer-factory.ts';
import { waitUntilFresh } from './freshness-barrier.ts';
import type { Informer } from './informer.ts';
import type { InformerSettings } from './informer.ts';

export interface InformerFixture extends AsyncDisposable {
  readonly client: Client;
  /** Exists, and nobody else works in it; it may hold objects. */
  readonly namespace: string;
}

export function informerContract(make: () => Promise<InformerFixture>, settings: Partial<InformerSettings> = {}): void {
  let fixture: InformerFixture;
  const stop = new AbortController();
  let informers: InformerFactory;
  let running: Promise<void>;
  let informer: Informer<Service>;
  const told: string[] = [];

  const text = ({ metadata }: Service): string => `${metadata.name} ${metadata.labels?.['step']}`;
  const draft = (name: string, step: string): Service => ({
    metadata: { name, namespace: fixture.namespace, labels: { contract: 'yes', step } },
    spec: { clusterIP: 'None', ports: [{ port: 80 }] },
  });
  const key = (name: string) => ({ namespace: fixture.namespace, name });
  /** Waits until the handler has heard of that write. */
  const heard = ({ metadata }: Service): Promise<void> => informer.waitUntilAtLeast(metadata.resourceVersion ?? '');

  beforeAll(async () => {
    fixture = await make();
    await fixture.client.create(services, draft('before', '0'));
    informers = new InformerFactory({ client: fixture.client, freeze: true, ...settings });
    informer = informers.for<Service>(services, {
      namespace: fixture.namespace,
      labelSelector: 'contract=yes',
      indexers: { byStep: ({ metadata }) => [metadata.labels?.['step'] ?? ''] },
    });
    informer.addHandler({
      add: (object, isInitial) => void told.push(`add ${text(object)}${isInitial ? ' initial' : ''}`),
      update: (old, current) => void told.push(`update ${text(old)} → ${text(current)}`),
      delete: (last) => void told.push(`delete ${text(last)}`),
    });
    running = informers.run(stop.signal);
    await informers.waitForSync();
  });

  afterAll(async () => {
    for (const { metadata } of informer.store.list()) await fixture.client.delete(services, key(metadata.name ?? ''));
    stop.abort();
    await running;
    await fixture[Symbol.asyncDispose]();
  });

  describe('informer', () => {
    it('IN32 has told of what was there before', () => {
      expect(told).toEqual(['add before 0 initial']);
      expect(informer.store.hasSynced).toBe(true);
    });

    it('IN22, IN29 shows and tells each change once, in order', async () => {
      told.length = 0;
      const { client, namespace } = fixture;
      const one = await client.create(services, draft('one', '1'));
      const labels = { ...one.metadata.labels, step: '2' };
      await heard(await client.update(services, { ...one, metadata: { ...one.metadata, labels } }));
      expect(informer.store.get(`${namespace}/one`)?.metadata.labels).toEqual(labels);
      expect(informer.store.byIndex('byStep', '2').map(({ metadata }) => metadata.name)).toEqual(['one']);
      expect(informer.store.byIndex('byStep', '1')).toEqual([]);
      await client.delete(services, key('one'));
      await heard(await client.create(services, draft('mark', '3')));
      expect(informer.store.get(`${namespace}/one`)).toBeUndefined();
      expect(told).toEqual(['add one 1', 'update one 1 → one 2', 'delete one 2', 'add mark 3']);
    });

    it('IN35 tells of an object that took the place of another as both', async () => {
      const { client } = fixture;
      await heard(await client.create(services, draft('twice', '1')));
      told.length = 0;
      await client.delete(services, key('twice'));
      await heard(await client.create(services, draft('twice', '2')));
      expect(told).toEqual(['delete twice 1', 'add twice 2']);
    });

    it('leaves out what its selector leaves out, also what leaves it later', async () => {
      const { client } = fixture;
      const leaving = await client.create(services, draft('leaving', '1'));
      await heard(leaving);
      told.length = 0;
      await client.update(services, { ...leaving, metadata: { ...leaving.metadata, labels: {} } });
      await heard(await client.create(services, draft('mark2', '2')));
      expect(told[0]).toMatch(/^delete leaving/);
      await client.delete(services, key('leaving'));
    });

    it('IN47 gets through the barrier of a new leader', async () => {
      const { client } = fixture;
      await client.create(services, draft('late', '9'));
      await waitUntilFresh({ client, informers: [informer] });
      expect(informer.store.byIndex('byStep', '9')).toHaveLength(1);
    });
  });
}

/**
 * What every Client must do, whatever is behind it: the transport to a cluster, a call into a server of this process,
 * or another implementation. Needs a server that serves Services, and leaves it as it was.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Service } from '../api/types.ts';
import { services } from '../api/resources.ts';
import { isStatusError } from '../api/status.ts';
import type { StatusError } from '../api/status.ts';
import type { Client, WatchEvent } from './client.ts';

export interface ClientFixture extends AsyncDisposable {
  readonly client: Client;
  /** Exists, and nobody else works in it; it may hold objects. */
  readonly namespace: string;
}

export function clientContract(make: () => Promise<ClientFixture>): void {
  let fixture: ClientFixture;
  beforeAll(async () => {
    fixture = await make();
  });
  afterAll(async () => fixture[Symbol.asyncDispose]());

  const draft = (name: string, labels: Record<string, string> = {}): Service => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: fixture.namespace, labels },
    spec: { clusterIP: 'None', ports: [{ port: 80 }] },
  });
  const key = (name: string) => ({ namespace: fixture.namespace, name });
  const refusalOf = (promise: Promise<unknown>): Promise<StatusError> =>
    promise.then(
      () => {
        throw new Error('was not refused');
      },
      (error: unknown) => error as StatusError,
    );

  describe('verbs', () => {
    it('creates, reads, updates, patches and deletes', async () => {
      const { client } = fixture;
      const created = await client.create(services, draft('a', { app: 'x' }));
      expect(created.metadata.resourceVersion).toMatch(/^\d+$/);
      expect(await client.get<Service>(services, key('a'))).toEqual(created);
      const labels = { ...created.metadata.labels, tier: 'y' };
      const updated = await client.update(services, { ...created, metadata: { ...created.metadata, labels } });
      expect(updated.metadata.labels).toEqual({ app: 'x', tier: 'y' });
      const patch = { metadata: { labels: { app: null } } };
      const patched = await client.patch<Service>(services, key('a'), 'merge', patch);
      expect(patched.metadata.labels).toEqual({ tier: 'y' });
      await client.delete(services, key('a'));
      expect((await refusalOf(client.get(services, key('a')))).reason).toBe('NotFound');
    });

    it('LE17 refuses an update of what has changed and a deletion of what is another', async () => {
      const { client } = fixture;
      const first = await client.create(services, draft('b'));
      const second = await client.update(services, { ...first, metadata: { ...first.metadata, labels: { a: 'b' } } });
      const labels = { c: 'd' };
      const late = client.update(services, { ...first, metadata: { ...first.metadata, labels } });
      expect(isStatusError(await refusalOf(late), 'Conflict')).toBe(true);
      for (const preconditions of [{ uid: 'another' }, { resourceVersion: first.metadata.resourceVersion ?? '' }]) {
        expect((await refusalOf(client.delete(services, key('b'), { preconditions }))).code).toBe(409);
      }
      const { uid = '', resourceVersion = '' } = second.metadata;
      await client.delete(services, key('b'), { preconditions: { uid, resourceVersion } });
    });

    it('passes refusals on as the server words them', async () => {
      const { client } = fixture;
      await client.create(services, draft('c'));
      expect((await refusalOf(client.create(services, draft('c')))).message).toBe('services "c" already exists');
      const invalid = await refusalOf(client.create(services, { ...draft('d'), spec: { ports: [{ port: 0 }] } }));
      expect([invalid.code, invalid.status.details?.causes?.[0]?.field]).toEqual([422, 'spec.ports[0].port']);
      await client.delete(services, key('c'));
    });

    it('writes nothing on a dry run', async () => {
      const { client } = fixture;
      const created = await client.create(services, draft('e'), { dryRun: true });
      expect(created.metadata.uid).toBeDefined();
      expect((await refusalOf(client.get(services, key('e')))).code).toBe(404);
    });

    it('lets labels carry names of Object.prototype', async () => {
      const { client } = fixture;
      const labels = JSON.parse('{"constructor":"a","valueOf":"b"}') as Record<string, string>;
      expect((await client.create(services, draft('f', labels))).metadata.labels).toEqual(labels);
      await client.delete(services, key('f'));
    });

    it('answers a raw path', async () => {
      expect(await fixture.client.raw('GET', '/livez')).toEqual({ status: 200, text: 'ok' });
    });
  });

  describe('list and watch', () => {
    it('lists in pages, by selector, with kinds filled in', async () => {
      const { client, namespace } = fixture;
      for (const name of ['p1', 'p2', 'p3']) await client.create(services, draft(name, { page: 'yes' }));
      const scope = { namespace, labelSelector: 'page=yes' };
      const first = await client.list<Service>(services, { ...scope, limit: 2 });
      const rest = await client.list<Service>(services, { ...scope, limit: 2, continue: first.continue ?? '' });
      expect([first.items.length, rest.items.length, rest.continue]).toEqual([2, 1, undefined]);
      expect(rest.items[0]).toMatchObject({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'p3' } });
      expect((await client.list(services, { ...scope, fieldSelector: 'metadata.name=p2' })).items).toHaveLength(1);
      for (const name of ['p1', 'p2', 'p3']) await client.delete(services, key(name));
    });

    it('watches from a version, in order, until the reader leaves', async () => {
      const { client, namespace } = fixture;
      const { resourceVersion } = await client.list(services, { namespace });
      const made = await client.create(services, draft('w'));
      await client.update(services, { ...made, metadata: { ...made.metadata, labels: { a: 'b' } } });
      await client.delete(services, key('w'));
      const seen: string[] = [];
      for await (const { type, object } of client.watch<Service>(services, { namespace, resourceVersion })) {
        seen.push(`${type} ${object.metadata.name} ${object.kind}`);
        if (seen.length === 3) break;
      }
      expect(seen).toEqual(['ADDED w Service', 'MODIFIED w Service', 'DELETED w Service']);
    });

    it('IN18 begins a streaming list with what is there and says when it was all', async () => {
      const { client, namespace } = fixture;
      await client.create(services, draft('s', { streamed: 'yes' }));
      const request = {
        namespace,
        labelSelector: 'streamed=yes',
        sendInitialEvents: true,
        allowWatchBookmarks: true,
      } as const;
      const events: WatchEvent<Service>[] = [];
      const options = { ...request, resourceVersionMatch: 'NotOlderThan', timeoutSeconds: 300 } as const;
      for await (const event of client.watch<Service>(services, options)) {
        events.push(event);
        if (event.type === 'BOOKMARK') break;
      }
      expect(events.map(({ type }) => type)).toEqual(['ADDED', 'BOOKMARK']);
      expect(events[1]?.object.metadata.annotations).toMatchObject({ 'k8s.io/initial-events-end': 'true' });
      await client.delete(services, key('s'));
    });

    it('ends a watch when its signal aborts', async () => {
      const { client, namespace } = fixture;
      const stop = new AbortController();
      const watch = client.watch(services, { namespace, signal: stop.signal })[Symbol.asyncIterator]();
      const next = watch.next().then(
        ({ done }) => done,
        (error: unknown) => error,
      );
      stop.abort(new Error('enough'));
      expect([true, stop.signal.reason]).toContain(await next);
    });
  });
}

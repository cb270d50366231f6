import { describe, expect, it } from '@jest/globals';
import type { ApiResponse, UserInfo } from '../http/exchange.ts';
import { MemoryStore } from '../../storage/memory/index.ts';
import { StoreBusyError, type WriteResult } from '../../storage/store.ts';
import { testServer } from '../../testing/api-server.ts';
import { InFlightLimit } from './in-flight.ts';

const user: UserInfo = { username: 'u', groups: [] };
const list = { kind: 'path', verb: 'get', path: '/x' } as const;
const write = { kind: 'path', verb: 'post', path: '/x' } as const;
const done: ApiResponse = { status: 200, headers: {}, body: '' };

describe('S24 requests in flight', () => {
  it('refuses beyond the limit in plain text, counts reads and writes apart, and frees the place', async () => {
    const limit = new InFlightLimit({ reads: 1, writes: 1 });
    const held = Promise.withResolvers<ApiResponse>();
    const first = limit.run(list, user, () => held.promise);
    const refused = await limit.run(list, user, async () => done);
    expect([refused.status, refused.body, refused.headers['retry-after']]).toEqual([
      429,
      'Too many requests, please try again later.\n',
      '1',
    ]);
    expect((await limit.run(write, user, async () => done)).status).toBe(200);
    const admin = { username: 'a', groups: ['system:masters'] };
    expect((await limit.run(list, admin, async () => done)).status).toBe(200);
    held.resolve(done);
    await first;
    expect((await limit.run(list, user, async () => done)).status).toBe(200);
  });
});

/** A store whose queue of writes can be full. */
class CrowdedStore extends MemoryStore {
  full = false;

  override create(...write: Parameters<MemoryStore['create']>): Promise<WriteResult> {
    return this.full ? refuseBusy() : super.create(...write);
  }

  override update(...write: Parameters<MemoryStore['update']>): Promise<WriteResult> {
    return this.full ? refuseBusy() : super.update(...write);
  }

  override delete(...write: Parameters<MemoryStore['delete']>): Promise<WriteResult> {
    return this.full ? refuseBusy() : super.delete(...write);
  }

  override grantLease(ttlSeconds: number): Promise<number> {
    return this.full ? refuseBusy() : super.grantLease(ttlSeconds);
  }
}

const refuseBusy = (): Promise<never> => Promise.reject(new StoreBusyError('16384 writes are waiting'));

describe('S24, P10 a storage queue that is full', () => {
  const maps = '/api/v1/namespaces/default/configmaps';
  const events = '/api/v1/namespaces/default/events';
  const event = {
    metadata: { name: 'e' },
    involvedObject: { kind: 'Pod', namespace: 'default', name: 'p' },
  };

  it('answers 429 with Retry-After to every kind of write, and takes writes again afterwards', async () => {
    const store = new CrowdedStore();
    await using api = await testServer({ lifecycle: false, store });
    await api.post(maps, { metadata: { name: 'x' } });
    store.full = true;
    const answers = [
      await api.post(maps, { metadata: { name: 'y' } }),
      await api.put(`${maps}/x`, { metadata: { name: 'x' }, data: { a: '1' } }),
      await api.patch(`${maps}/x`, 'merge', { data: { a: '1' } }),
      await api.delete(`${maps}/x`),
      // Takes a lease first.
      await api.post(events, event),
    ];
    for (const { status, headers, body } of answers) {
      expect([status, headers['retry-after'], body['reason'], body['details']?.['retryAfterSeconds']]).toEqual([
        429,
        '1',
        'TooManyRequests',
        1,
      ]);
    }
    expect((await api.get(`${maps}/x`)).status).toBe(200);
    store.full = false;
    expect((await api.post(maps, { metadata: { name: 'y' } })).status).toBe(201);
  });
});

describe('S25 open watches', () => {
  it('refuses beyond the limit of a user and frees the place when a watch closes', async () => {
    await using api = await testServer({ lifecycle: false, watchLimits: { total: 10, perUser: 2 } });
    const path = '/api/v1/namespaces?watch=true&resourceVersion=0';
    const [one] = [await api.watch(path), await api.watch(path)];
    await expect(api.watch(path)).rejects.toThrow('429');
    one.close();
    const again = await api.watch(path);
    expect(again.events.length).toBeGreaterThan(0);
  });
});

describe('O30 metrics', () => {
  it('counts requests under upstream names and never labels by what a client typed', async () => {
    await using api = await testServer({ lifecycle: false });
    await api.get('/api/v1/namespaces/default');
    await api.get('/api/v1/namespaces/default/evil-resource');
    const { text } = await api.get('/metrics');
    expect(text).toMatch(
      /apiserver_request_total\{verb="GET",group="",version="v1",resource="namespaces",.*code="200".*\} 1/,
    );
    expect(text).toMatch(/apiserver_resource_objects\{group="",resource="namespaces"\} 4/);
    expect(text).not.toContain('evil-resource');
  });
});

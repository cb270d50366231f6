import { describe, expect, it } from '@jest/globals';
import type { ApiResponse, UserInfo } from '../http/exchange.ts';
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

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { configMaps, namespaces } from '../api/resources.ts';
import type { KubeObject } from '../api/types.ts';
import { start, type Cluster } from './start.ts';

const map = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data: { a: '1' },
});
const at = (name: string): { namespace: string; name: string } => ({ namespace: 'default', name });
const codeOf = async (action: Promise<unknown>): Promise<number> => {
  try {
    await action;
    return 200;
  } catch (error) {
    return (error as { code: number }).code;
  }
};

let cluster: Cluster;
beforeAll(async () => {
  cluster = await start({ controllers: false, objects: [map('first')] });
});
afterAll(() => cluster.stop());
afterEach(() => cluster.reset());

describe('faults on order', () => {
  it('fails the n-th request that matches, and no other', async () => {
    cluster.faults.fail(
      { verb: 'create', resource: 'configmaps', nth: 2 },
      { code: 503, reason: 'ServiceUnavailable' },
    );
    const { client } = cluster;
    const codes = [];
    for (const name of ['a', 'b', 'c']) codes.push(await codeOf(client.create(configMaps, map(name))));
    codes.push(await codeOf(client.get(namespaces, { name: 'default' })));
    expect(codes).toEqual([200, 503, 200, 200]);
    expect(cluster.faults.pending()).toEqual([]);
  });

  it('conflicts for as long as asked, then lets the write through', async () => {
    cluster.faults.conflict({ verb: 'patch', name: 'first', times: 2 });
    const write = (): Promise<number> =>
      codeOf(cluster.client.patch(configMaps, at('first'), 'merge', { data: { b: '2' } }));
    expect([await write(), await write(), await write()]).toEqual([409, 409, 200]);
  });

  it('delays an answer until the time is over', async () => {
    cluster.faults.delay({ verb: 'get', name: 'first' }, 5);
    const order: string[] = [];
    const slow = cluster.client.get(configMaps, at('first')).then(() => order.push('slow'));
    await cluster.client.get(configMaps, at('first'));
    order.push('fast');
    await slow;
    expect(order).toEqual(['fast', 'slow']);
  });

  it('cuts a watch, and tells a new one that its version has expired', async () => {
    const { resourceVersion } = await cluster.client.list(configMaps, { namespace: 'default' });
    const watch = cluster.client.watch(configMaps, { namespace: 'default', resourceVersion })[Symbol.asyncIterator]();
    const next = watch.next();
    await cluster.client.create(configMaps, map('seen'));
    expect((await next).value).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'seen' } } });
    const end = watch.next();
    expect(cluster.faults.cutWatches({ resource: 'configmaps' })).toBe(1);
    expect((await end).done).toBe(true);
    cluster.faults.expireVersions();
    const again = cluster.client.watch(configMaps, { namespace: 'default', resourceVersion })[Symbol.asyncIterator]();
    expect(await codeOf(again.next())).toBe(410);
  });

  it('says which faults no request has met', () => {
    cluster.faults.fail({ verb: 'delete' });
    expect(cluster.faults.pending()).toEqual(['fail with 500: {"verb":"delete"}, met 0 times']);
  });
});

describe('snapshot and reset', () => {
  const names = async (): Promise<(string | undefined)[]> => {
    const { items } = await cluster.client.list(configMaps, { namespace: 'default' });
    return items.map(({ metadata }) => metadata.name).filter((name) => name !== 'kube-root-ca.crt');
  };

  it('brings back what was changed and deleted, and takes away what was made, before watchers’ eyes', async () => {
    const { client } = cluster;
    const before = await client.get(configMaps, at('first'));
    const { resourceVersion } = await client.list(configMaps, { namespace: 'default' });
    await client.create(configMaps, map('second'));
    const middle = cluster.snapshot();
    await client.delete(configMaps, at('first'));
    await client.patch(configMaps, at('second'), 'merge', { data: { a: '2' } });
    await cluster.reset(middle);
    expect(await names()).toEqual(['first', 'second']);
    expect(await client.get(configMaps, at('second'))).toMatchObject({ data: { a: '1' } });
    await cluster.reset();
    expect(await names()).toEqual(['first']);
    const back = await client.get(configMaps, at('first'));
    expect([back.metadata.uid, back['data']]).toEqual([before.metadata.uid, before['data']]);
    const events: string[] = [];
    for await (const { type, object } of client.watch(configMaps, {
      namespace: 'default',
      resourceVersion,
    })) {
      events.push(`${type} ${object.metadata.name}`);
      if (events.length === 6) break;
    }
    expect(events).toEqual([
      'ADDED second',
      'DELETED first',
      'MODIFIED second',
      'MODIFIED second',
      'ADDED first',
      'DELETED second',
    ]);
  });
});

it('adds the story to the error of a test that fails', async () => {
  const failing = cluster.withStory(async () => {
    await cluster.client.create(configMaps, map('told'));
    throw new Error('expected something else');
  });
  await expect(failing).rejects.toThrow(
    /^expected something else\n\nWhat happened in the cluster:\n.*POST .*configmaps → 201/,
  );
});

it('tells the story of a test, faults included', async () => {
  cluster.faults.fail({ verb: 'create' });
  await codeOf(cluster.client.create(configMaps, map('refused')));
  await codeOf(cluster.client.get(configMaps, at('gone')));
  const story = cluster
    .story()
    .replaceAll(/^ *\d+ ms {2}/gm, '')
    .replaceAll(/[\d.]+ ms/g, 'T');
  expect(story.split('\n')).toEqual([
    'fault: fail with 500 for POST /api/v1/namespaces/default/configmaps',
    'kubernetes-admin  GET /api/v1/namespaces/default/configmaps/gone → 404 (T)',
  ]);
});

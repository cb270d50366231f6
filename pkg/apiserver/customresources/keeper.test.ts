import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../clock/index.ts';
import { MemoryStore } from '../../storage/memory/index.ts';
import { testServer, type TestServer } from '../../testing/api-server.ts';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const things = '/apis/example.com/v1/namespaces/default/things';
const definition = (schema: object = {}, names: object = {}): object => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'things.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'things', kind: 'Thing', ...names },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', ...schema } } } },
      },
    ],
  },
});
const thing = (name: string, spec: object = {}, metadata: object = {}): object => ({
  apiVersion: 'example.com/v1',
  kind: 'Thing',
  metadata: { name, ...metadata },
  spec,
});

let api: TestServer;
beforeEach(async () => {
  api = await testServer();
  await api.settled();
});
afterEach(async () => {
  await api[Symbol.asyncDispose]();
});

async function install(schema: object = {}): Promise<void> {
  expect((await api.post(definitions, definition(schema))).status).toBe(201);
  await api.settled();
}

describe('custom resources come and go', () => {
  it('CRD3 serves a kind as soon as its definition is established', async () => {
    expect((await api.get(things)).status).toBe(404);
    await install({ properties: { size: { type: 'integer', default: 3 } } });
    expect((await api.post(things, thing('a'))).body['spec']).toEqual({ size: 3 });
    expect((await api.get('/apis/example.com/v1')).body['resources']?.[0]).toMatchObject({
      name: 'things',
      kind: 'Thing',
    });
    expect((await api.get('/openapi/v3/apis/example.com/v1')).text).toContain('"com.example.v1.Thing"');
  });

  it('CRD4 deletes what is left when the definition goes, and waits for finalizers', async () => {
    await install();
    await api.post(things, thing('free'));
    await api.post(things, thing('held', {}, { finalizers: ['example.com/hold'] }));
    await api.delete(`${definitions}/things.example.com`);
    await api.settled();
    const { body } = await api.get(`${definitions}/things.example.com`);
    const conditions = body['status']?.['conditions'] as unknown as { type: string; reason: string }[];
    expect(conditions.find(({ type }) => type === 'Terminating')?.reason).toBe('InstanceDeletionInProgress');
    expect((await api.get(`${things}/free`)).status).toBe(404);
    expect((await api.post(things, thing('late'))).status).toBe(403);
    await api.patch(`${things}/held`, 'merge', { metadata: { finalizers: null } });
    await api.settled();
    expect((await api.get(`${definitions}/things.example.com`)).status).toBe(404);
    expect((await api.get(things)).status).toBe(404);
  });

  it('ends watches of a kind that goes', async () => {
    await install();
    const watch = await api.watch(`${things}?watch=true`);
    await api.delete(`${definitions}/things.example.com`);
    await api.settled();
    expect(watch.ended).toBe(true);
  });

  it('a changed schema reads old objects with its defaults and without what it no longer knows', async () => {
    await install({ properties: { old: { type: 'string' } } });
    await api.post(things, thing('a', { old: 'x' }));
    await api.patch(`${definitions}/things.example.com`, 'json', [
      {
        op: 'replace',
        path: '/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties',
        value: { fresh: { type: 'string', default: 'y' } },
      },
    ]);
    await api.settled();
    expect((await api.get(`${things}/a`)).body['spec']).toEqual({ fresh: 'y' });
  });

  it('survives a restart', async () => {
    const store = new MemoryStore({ clock: systemClock });
    const first = await testServer({ store });
    await first.post(definitions, definition());
    await first.settled();
    await first.post(things, thing('kept'));
    await first.server.stop();
    const second = await testServer({ store });
    expect((await second.get(`${things}/kept`)).status).toBe(200);
    await second[Symbol.asyncDispose]();
  });

  it('collects custom dependents, and cleans up custom objects with their namespace', async () => {
    await install();
    const { body } = await api.post(things, thing('owner'));
    const owner = { apiVersion: 'example.com/v1', kind: 'Thing', name: 'owner', uid: body['metadata']?.['uid'] };
    await api.post(things, thing('owned', {}, { ownerReferences: [owner] }));
    await api.delete(`${things}/owner`);
    await api.settled();
    expect((await api.get(`${things}/owned`)).status).toBe(404);
    await api.post('/api/v1/namespaces', { metadata: { name: 'away' } });
    await api.settled();
    const there = things.replace('default', 'away');
    await api.post(there, thing('x'));
    await api.delete('/api/v1/namespaces/away');
    await api.settled();
    expect((await api.get('/api/v1/namespaces/away')).status).toBe(404);
  });

  it('keys such as __proto__ and constructor are keys like others', async () => {
    await install({ additionalProperties: { type: 'string' } });
    const body =
      '{"apiVersion":"example.com/v1","kind":"Thing","metadata":{"name":"p"},"spec":{"__proto__":"x","constructor":"y"}}';
    expect((await api.post(things, body)).text).toContain('"spec":{"__proto__":"x","constructor":"y"}');
    expect((await api.get(`${things}/p`)).text).toContain('"spec":{"__proto__":"x","constructor":"y"}');
  });
});

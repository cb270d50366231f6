import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testServer, type TestServer } from '../../testing/api-server.ts';

const maps = '/api/v1/namespaces/default/configmaps';
const map = (name: string, data: Record<string, string> = { k: 'v' }): object => ({ metadata: { name }, data });

let api: TestServer;
beforeAll(async () => {
  api = await testServer();
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

describe('create', () => {
  it('P20, P21, P23 answers 201 with what the server adds, kind and apiVersion included', async () => {
    const { status, body } = await api.post(maps, {
      metadata: { name: 'a', uid: 'mine', creationTimestamp: null, selfLink: '/x' },
      data: { k: 'v' },
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1', data: { k: 'v' } });
    expect(body['metadata']).toMatchObject({
      name: 'a',
      namespace: 'default',
      uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      resourceVersion: expect.stringMatching(/^[1-9]\d*$/),
      creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
    expect(body['metadata']).not.toHaveProperty('selfLink');
  });

  it('P20 makes a name from generateName', async () => {
    const { body } = await api.post(maps, { metadata: { generateName: 'gen-' } });
    expect(body['metadata']?.['name']).toMatch(/^gen-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  });

  it('P25 refuses a name that is taken', async () => {
    await api.post(maps, map('taken'));
    expect((await api.post(maps, map('taken'))).body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'configmaps "taken" already exists',
      reason: 'AlreadyExists',
      details: { name: 'taken', kind: 'configmaps' },
      code: 409,
    });
  });

  it('P22 refuses a missing namespace and a mismatched one', async () => {
    const missing = await api.post('/api/v1/namespaces/nowhere/configmaps', map('a'));
    expect([missing.status, missing.body['message']]).toEqual([404, 'namespaces "nowhere" not found']);
    const mismatch = await api.post(maps, { metadata: { name: 'a', namespace: 'other' } });
    expect([mismatch.status, mismatch.body['message']]).toEqual([
      400,
      'the namespace of the provided object does not match the namespace sent on the request',
    ]);
  });

  it('P23 refuses a resourceVersion', async () => {
    const { status, body } = await api.post(maps, { metadata: { name: 'a', resourceVersion: '1' } });
    expect([status, body['message']]).toEqual([500, 'resourceVersion should not be set on objects to be created']);
  });

  it('P35 dry run answers without storing', async () => {
    const { status, body } = await api.post(`${maps}?dryRun=All`, map('dry'));
    expect(status).toBe(201);
    expect(body['metadata']).not.toHaveProperty('resourceVersion', expect.stringMatching(/^[1-9]/));
    expect((await api.get(`${maps}/dry`)).status).toBe(404);
  });

  it('F3 refuses unknown and duplicate fields in Strict', async () => {
    const strict = await api.post(
      `${maps}?fieldValidation=Strict`,
      '{"metadata":{"name":"s"},"foo":1,"data":{},"data":{}}',
    );
    expect([strict.status, strict.body['message']]).toEqual([
      400,
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: ' +
        'unknown field "foo", duplicate field "data"',
    ]);
  });

  it('F5 warns of them otherwise', async () => {
    const { status, headers } = await api.post(maps, { metadata: { name: 'warned' }, foo: 1 });
    expect([status, headers['warning']]).toEqual([201, ['299 - "unknown field \\"foo\\""']]);
  });
});

describe('S35 hostile names', () => {
  it('keeps data keys that JavaScript has plans for', async () => {
    const body =
      '{"metadata":{"name":"proto"},"data":{"__proto__":"a","constructor":"b","toString":"c","valueOf":"d"}}';
    expect((await api.post(maps, body)).status).toBe(201);
    const { text } = await api.get(`${maps}/proto`);
    expect(text).toContain('"data":{"__proto__":"a","constructor":"b","toString":"c","valueOf":"d"}');
  });
  it.each(['constructor', 'tostring', 'valueof'])('serves an object named %s', async (name) => {
    expect((await api.get(`${maps}/${name}`)).status).toBe(404);
    expect((await api.post(maps, map(name))).status).toBe(201);
    expect((await api.get(`${maps}/${name}`)).body['metadata']?.['name']).toBe(name);
  });
  it.each(['/api/v1/constructor', '/apis/__proto__/v1/x', '/api/v1/namespaces/default/toString'])(
    'answers 404 to %s',
    async (path) => {
      expect((await api.get(path)).status).toBe(404);
    },
  );
});

describe('update', () => {
  it('C1 refuses a stale version, C2 takes none where the kind allows', async () => {
    const { body: first } = await api.post(maps, map('u'));
    const next = await api.put(`${maps}/u`, { ...(first as object), data: { k: 'w' } });
    expect(next.status).toBe(200);
    const stale = await api.put(`${maps}/u`, first);
    expect([stale.status, stale.body['reason'], stale.body['message']]).toEqual([
      409,
      'Conflict',
      'Operation cannot be fulfilled on configmaps "u": the object has been modified; please apply your changes to the ' +
        'latest version and try again',
    ]);
    expect((await api.put(`${maps}/u`, map('u', { k: 'x' }))).status).toBe(200);
  });

  it('C2 wants a version for a Lease', async () => {
    const leases = '/apis/coordination.k8s.io/v1/namespaces/default/leases';
    await api.post(leases, { metadata: { name: 'l' } });
    const { status, body } = await api.put(`${leases}/l`, { metadata: { name: 'l' } });
    expect([status, body['message']]).toEqual([
      422,
      'leases.coordination.k8s.io "l" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    ]);
  });

  it('C4 does not write what would not change', async () => {
    const { body: first } = await api.post(maps, map('same'));
    const watch = await api.watch(`${maps}?watch=1&resourceVersion=${String(first['metadata']?.['resourceVersion'])}`);
    const { body: second } = await api.put(`${maps}/same`, first);
    expect(second['metadata']?.['resourceVersion']).toBe(first['metadata']?.['resourceVersion']);
    await api.post(maps, map('after'));
    const events = await watch.until(1);
    expect(events.map((event) => event['object']?.['metadata']?.['name'])).toEqual(['after']);
    watch.close();
  });

  it('P31 checks the names', async () => {
    const wrong = await api.put(`${maps}/a`, map('b'));
    expect([wrong.status, wrong.body['message']]).toEqual([
      400,
      'the name of the object (b) does not match the name on the URL (a)',
    ]);
    const absent = await api.put(`${maps}/a`, { data: {} });
    expect(absent.body['message']).toBe(
      'the name of the object (a based on URL) was undeterminable: name must be provided',
    );
  });

  it('C5 checks the uid', async () => {
    await api.post(maps, map('uid'));
    const { status } = await api.put(`${maps}/uid`, { metadata: { name: 'uid', uid: 'other' } });
    expect(status).toBe(409);
  });
});

describe('delete', () => {
  it('D4 answers with a Status or with the object, by kind', async () => {
    await api.post(maps, map('d'));
    const { status, body } = await api.delete(`${maps}/d`);
    expect([status, body['status'], body['details']?.['kind']]).toEqual([200, 'Success', 'configmaps']);
    expect((await api.get(`${maps}/d`)).status).toBe(404);
  });

  it('D5, D6, D7 keeps what has finalizers until the last is gone', async () => {
    await api.post(maps, { metadata: { name: 'held', finalizers: ['example.com/a'] } });
    const { body } = await api.delete(`${maps}/held`);
    expect(body['metadata']).toMatchObject({ deletionTimestamp: expect.any(String), deletionGracePeriodSeconds: 0 });
    const freed = await api.patch(`${maps}/held`, 'json', [{ op: 'remove', path: '/metadata/finalizers' }]);
    expect(freed.status).toBe(200);
    expect((await api.get(`${maps}/held`)).status).toBe(404);
  });

  it('C5 checks preconditions in upstream words', async () => {
    const { body } = await api.post(maps, map('pre'));
    const refused = await api.delete(`${maps}/pre`, { preconditions: { uid: 'other' } });
    expect([refused.status, refused.body['message']]).toEqual([
      409,
      `Operation cannot be fulfilled on ConfigMap "pre": the UID in the precondition (other) does not match the UID in ` +
        `record (${String(body['metadata']?.['uid'])}). The object might have been deleted and then recreated`,
    ]);
  });

  it('D9 deletes a collection by selector and answers with what was deleted', async () => {
    await api.post(maps, { metadata: { name: 'c1', labels: { set: 'x' } } });
    await api.post(maps, { metadata: { name: 'c2', labels: { set: 'x' } } });
    const { body } = await api.delete(`${maps}?labelSelector=set%3Dx`);
    expect(body['kind']).toBe('ConfigMapList');
    expect((await api.get(`${maps}?labelSelector=set%3Dx`)).body['items']).toEqual([]);
  });
});

describe('namespaces', () => {
  it('D15–D17 empties a deleted namespace and lets it go', async () => {
    await api.post('/api/v1/namespaces', { metadata: { name: 'gone' } });
    await api.settled();
    await api.post('/api/v1/namespaces/gone/configmaps', map('inside'));
    expect((await api.get('/api/v1/namespaces/gone/configmaps/kube-root-ca.crt')).status).toBe(200);
    const { body } = await api.delete('/api/v1/namespaces/gone');
    expect(body['status']?.['phase']).toBe('Terminating');
    await api.settled();
    expect((await api.get('/api/v1/namespaces/gone')).status).toBe(404);
    expect((await api.get('/api/v1/namespaces/gone/configmaps')).body['items']).toEqual([]);
  });

  it('D16 keeps the namespaces that must stay', async () => {
    const { status, body } = await api.delete('/api/v1/namespaces/default');
    expect([status, body['message']]).toEqual([
      403,
      'namespaces "default" is forbidden: this namespace may not be deleted',
    ]);
  });
});

describe('garbage collection', () => {
  const owned = (name: string, owner: { name: string; uid: string }): object => ({
    metadata: {
      name,
      ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', ...owner, blockOwnerDeletion: true }],
    },
  });
  const create = async (name: string): Promise<{ name: string; uid: string }> => {
    const { body } = await api.post(maps, map(name));
    return { name, uid: String(body['metadata']?.['uid']) };
  };

  it('D21 background: dependents follow their owner', async () => {
    const owner = await create('gc-owner');
    await api.post(maps, owned('gc-child', owner));
    await api.delete(`${maps}/gc-owner`);
    await api.settled();
    expect((await api.get(`${maps}/gc-child`)).status).toBe(404);
  });

  it('D21 a dependent with a living owner only loses the dead reference', async () => {
    const dead = await create('gc-dead');
    const alive = await create('gc-alive');
    await api.post(maps, {
      metadata: {
        name: 'gc-shared',
        ownerReferences: [dead, alive].map((owner) => ({ apiVersion: 'v1', kind: 'ConfigMap', ...owner })),
      },
    });
    await api.delete(`${maps}/gc-dead`);
    await api.settled();
    const { body } = await api.get(`${maps}/gc-shared`);
    expect(body['metadata']?.['ownerReferences']).toMatchObject([{ name: 'gc-alive' }]);
  });

  it('D22 foreground: the owner waits for its dependents', async () => {
    const owner = await create('fg-owner');
    await api.post(maps, { ...owned('fg-child', owner) });
    await api.patch(`${maps}/fg-child`, 'merge', { metadata: { finalizers: ['example.com/hold'] } });
    const { body } = await api.delete(`${maps}/fg-owner`, { propagationPolicy: 'Foreground' });
    expect(body['metadata']?.['finalizers']).toEqual(['foregroundDeletion']);
    await api.settled();
    expect((await api.get(`${maps}/fg-owner`)).status).toBe(200);
    await api.patch(`${maps}/fg-child`, 'merge', { metadata: { finalizers: null } });
    await api.settled();
    expect((await api.get(`${maps}/fg-owner`)).status).toBe(404);
  });

  it('D22 orphan: dependents stay and forget their owner', async () => {
    const owner = await create('or-owner');
    await api.post(maps, owned('or-child', owner));
    await api.delete(`${maps}/or-owner`, { propagationPolicy: 'Orphan' });
    await api.settled();
    expect((await api.get(`${maps}/or-owner`)).status).toBe(404);
    expect((await api.get(`${maps}/or-child`)).body['metadata']).not.toHaveProperty('ownerReferences');
  });

  it('D23 an owner of the same name with another uid is no owner', async () => {
    await create('imposter');
    await api.post(maps, owned('imposter-child', { name: 'imposter', uid: '0' }));
    await api.settled();
    expect((await api.get(`${maps}/imposter-child`)).status).toBe(404);
  });
});

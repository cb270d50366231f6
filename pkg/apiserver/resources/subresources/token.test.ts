import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../../../clock/index.ts';
import { testServer, type TestServer } from '../../../testing/api-server.ts';

const pods = '/api/v1/namespaces/default/pods';
const secrets = '/api/v1/namespaces/default/secrets';

const request = (server: TestServer, boundObjectRef: object | null) =>
  server.post('/api/v1/namespaces/default/serviceaccounts/default/token', { spec: { boundObjectRef } });

/** What TokenReview says of it. */
async function review(server: TestServer, token: unknown) {
  const { body } = await server.post('/apis/authentication.k8s.io/v1/tokenreviews', { spec: { token } });
  return body['status'];
}

async function withPod(): Promise<TestServer> {
  const server = await testServer();
  await server.settled();
  await server.post('/api/v1/nodes', { metadata: { name: 'node-a' } });
  await server.post(pods, {
    metadata: { name: 'web' },
    spec: { nodeName: 'node-a', containers: [{ name: 'c', image: 'x' }] },
  });
  return server;
}

describe('a token', () => {
  it('need not be bound', async () => {
    await using server = await testServer();
    await server.settled();
    const { status, body } = await request(server, null);
    expect([status, body['spec']?.['boundObjectRef']]).toEqual([201, null]);
    expect((await review(server, body['status']?.['token']))?.['authenticated']).toBe(true);
  });

  it('tells of the Pod it is bound to and of its node, and ends with the Pod', async () => {
    await using server = await withPod();
    const answer = await request(server, { kind: 'Pod', apiVersion: 'v1', name: 'web' });
    const token = answer.body['status']?.['token'];
    const pod = await server.get(`${pods}/web`);
    const reviewed = await review(server, token);
    expect(reviewed?.['authenticated']).toBe(true);
    expect(reviewed?.['user']?.['extra']).toMatchObject({
      'authentication.kubernetes.io/credential-id': [expect.stringMatching(/^JTI=/)],
      'authentication.kubernetes.io/node-name': ['node-a'],
      'authentication.kubernetes.io/pod-name': ['web'],
      'authentication.kubernetes.io/pod-uid': [pod.body['metadata']?.['uid']],
    });
    await server.delete(`${pods}/web`, { gracePeriodSeconds: 0 });
    expect((await review(server, token))?.['authenticated']).toBeUndefined();
  });

  it('ends with the Secret it is bound to, and not with another of that name', async () => {
    await using server = await testServer();
    await server.settled();
    await server.post(secrets, { metadata: { name: 'key' } });
    const { body } = await request(server, { kind: 'Secret', apiVersion: 'v1', name: 'key' });
    const token = body['status']?.['token'];
    expect((await review(server, token))?.['authenticated']).toBe(true);
    await server.delete(`${secrets}/key`);
    await server.post(secrets, { metadata: { name: 'key' } });
    expect((await review(server, token))?.['authenticated']).toBeUndefined();
  });

  it('is not given for what is absent, another, of another account, or no holder', async () => {
    await using server = await withPod();
    const refusal = async (reference: object): Promise<unknown> => (await request(server, reference)).body['message'];
    expect(await refusal({ kind: 'Pod', name: 'none' })).toBe('pods "none" not found');
    expect(await refusal({ kind: 'Pod', name: 'web', uid: 'wrong' })).toBe(
      'Operation cannot be fulfilled on Pod "web": the UID in the bound object reference (wrong) does not match the UID ' +
        'in record. The object might have been deleted and then recreated',
    );
    expect(await refusal({ kind: 'Deployment', apiVersion: 'apps/v1', name: 'web' })).toBe(
      'cannot bind token to object of type apps/v1, Kind=Deployment',
    );
    await server.post('/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'other' } });
    const other = await server.post('/api/v1/namespaces/default/serviceaccounts/other/token', {
      spec: { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'web' } },
    });
    expect([other.status, other.body['message']]).toEqual([
      400,
      'cannot bind token for serviceaccount "other" to pod running with different serviceaccount name.',
    ]);
  });

  it('outlives the deletion of its Pod by a minute', async () => {
    const clock = new VirtualClock();
    await using server = await testServer({ clock });
    await server.settled();
    const finalizers = ['example.com/hold'];
    await server.post(pods, {
      metadata: { name: 'slow', finalizers },
      spec: { containers: [{ name: 'c', image: 'x' }] },
    });
    const { body } = await request(server, { kind: 'Pod', apiVersion: 'v1', name: 'slow' });
    const token = body['status']?.['token'];
    await server.delete(`${pods}/slow`);
    expect((await review(server, token))?.['authenticated']).toBe(true);
    await clock.advance(61_000);
    expect((await review(server, token))?.['authenticated']).toBeUndefined();
  });
});

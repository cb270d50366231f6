import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testServer, type TestServer } from '../../testing/api-server.ts';

const pods = '/api/v1/namespaces/default/pods';
const pod = (name: string, spec: object = {}): object => ({
  metadata: { name },
  spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
});

let api: TestServer;
beforeAll(async () => {
  api = await testServer();
  await api.settled();
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

describe('what the cluster adds to a Pod', () => {
  it('an account with its token mounted, tolerations, a priority', async () => {
    const { body } = await api.post(pods, pod('plain'));
    const name = body['spec']?.['volumes']?.[0]?.['name'];
    expect(name).toMatch(/^kube-api-access-[a-z0-9]{5}$/);
    expect(body['spec']).toMatchObject({
      serviceAccountName: 'default',
      serviceAccount: 'default',
      priority: 0,
      preemptionPolicy: 'PreemptLowerPriority',
      containers: [
        { volumeMounts: [{ name, readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }] },
      ],
      tolerations: [
        { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
        { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
      ],
    });
  });

  it('no token where the Pod says no', async () => {
    const { body } = await api.post(pods, pod('bare', { automountServiceAccountToken: false }));
    expect(body['spec']).not.toHaveProperty('volumes');
  });

  it('no second toleration for what is tolerated already', async () => {
    const { body } = await api.post(pods, pod('tolerant', { tolerations: [{ operator: 'Exists' }] }));
    expect(body['spec']?.['tolerations']).toEqual([{ operator: 'Exists' }]);
  });

  it('keeps what it gave when a Pod is written without it', async () => {
    const { body } = await api.post(pods, pod('kept', { automountServiceAccountToken: false }));
    const again = await api.put(`${pods}/kept`, {
      ...pod('kept', { automountServiceAccountToken: false, serviceAccountName: 'default' }),
    });
    expect([again.status, again.body['spec']]).toEqual([200, body['spec']]);
  });

  it('refuses an account or a priority that does not exist', async () => {
    const account = await api.post(pods, pod('x', { serviceAccountName: 'gone' }));
    expect([account.status, account.body['message']]).toEqual([
      403,
      'pods "x" is forbidden: error looking up service account default/gone: serviceaccount "gone" not found',
    ]);
    const priority = await api.post(pods, pod('x', { priorityClassName: 'gone' }));
    expect([priority.status, priority.body['message']]).toEqual([
      403,
      'pods "x" is forbidden: no PriorityClass with name gone was found',
    ]);
  });

  it('takes the value of the named class, and refuses another number', async () => {
    const { body } = await api.post(pods, pod('critical', { priorityClassName: 'system-node-critical' }));
    expect(body['spec']?.['priority']).toBe(2_000_001_000);
    const wrong = await api.post(pods, pod('x', { priorityClassName: 'system-node-critical', priority: 5 }));
    expect(wrong.status).toBe(403);
  });
});

it('a new Node starts tainted', async () => {
  const { body } = await api.post('/api/v1/nodes', { metadata: { name: 'n' } });
  expect(body['spec']?.['taints']).toEqual([{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }]);
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testServer, type TestServer } from '../../testing/api-server.ts';
import type { PodRuntime } from './runtime.ts';

const pods = '/api/v1/namespaces/default/pods';
const runtime: PodRuntime = {
  runs: (node) => node === 'ours',
  logs: async function* (_pod, container, options) {
    yield `${container} ${JSON.stringify(options)}\n`;
    yield 'second\n';
  },
  run: async () => 0,
  connect: () => Promise.reject(new Error('nobody listens')),
};

let api: TestServer;
beforeAll(async () => {
  api = await testServer({ pods: runtime });
  await api.settled();
  for (const name of ['ours', 'bare']) await api.post('/api/v1/nodes', { metadata: { name } });
  const containers = [{ name: 'c', image: 'i' }];
  for (const nodeName of ['ours', 'bare', 'gone']) {
    await api.post(pods, { metadata: { name: `on-${nodeName}` }, spec: { nodeName, containers } });
  }
  await api.post(pods, { metadata: { name: 'waiting' }, spec: { containers } });
  const two = [...containers, { name: 'd', image: 'i' }];
  const initContainers = [{ name: 'first', image: 'i' }];
  await api.post(pods, { metadata: { name: 'two' }, spec: { nodeName: 'ours', initContainers, containers: two } });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

const outcome = async (path: string): Promise<[number, unknown]> => {
  const { status, body, text } = await api.get(`${pods}/${path}`);
  return [status, body?.['message'] ?? text];
};

describe('the log of a Pod', () => {
  it('comes from whoever runs it, with what the client asked for', async () => {
    const all = 'previous=true&timestamps=1&sinceTime=1970-01-01T00:00:01Z&tailLines=3';
    const options = { follow: false, previous: true, timestamps: true, since: 1000, tailLines: 3 };
    expect(await outcome(`on-ours/log?${all}`)).toEqual([200, `c ${JSON.stringify(options)}\nsecond\n`]);
    expect(await outcome('on-ours/log?limitBytes=4')).toEqual([200, 'c {"']);
  });

  it('needs one container', async () => {
    const which = 'a container name must be specified for pod two, choose one of: [first c d]';
    expect(await outcome('two/log')).toEqual([400, which]);
    expect(await outcome('two/log?container=x')).toEqual([400, 'container x is not valid for pod two']);
    expect((await outcome('two/log?container=first'))[0]).toBe(200);
  });

  it('is empty before there is a node, and nobody tells it when there is no kubelet', async () => {
    expect((await outcome('waiting/log'))[0]).toBe(204);
    expect(await outcome('none/log')).toEqual([404, 'pods "none" not found']);
    expect(await outcome('on-gone/log')).toEqual([404, 'nodes "gone" not found']);
    expect(await outcome('on-bare/log')).toEqual([500, 'no preferred addresses found; known addresses: []']);
  });

  it.each([
    ['tailLines=-1', 'tailLines: Invalid value: -1: must be greater than or equal to 0'],
    ['limitBytes=0', 'limitBytes: Invalid value: 0: must be greater than 0'],
    ['sinceSeconds=0', 'sinceSeconds: Invalid value: 0: must be greater than 0'],
  ])('refuses %s', async (query, why) => {
    expect(await outcome(`on-ours/log?${query}`)).toEqual([422, `PodLogOptions "on-ours" is invalid: ${why}`]);
  });
});

it.each(['exec?command=env', 'attach', 'portforward'])('%s needs an upgrade, a Pod and a node', async (path) => {
  expect((await outcome(`none/${path}`))[0]).toBe(404);
  expect(await outcome(`waiting/${path}`)).toEqual([400, 'pod waiting does not have a host assigned']);
  const [status, message] = await outcome(`on-ours/${path}`);
  expect(status).toBe(400);
  expect(message).toMatch(path === 'attach' ? /no program to attach to/ : /^Upgrade request required$/);
});

describe('parts of a Pod', () => {
  const ephemeral = `${pods}/on-ours/ephemeralcontainers`;
  const add = (container: object) => api.patch(ephemeral, 'strategic', { spec: { ephemeralContainers: [container] } });

  it('ephemeral containers are added, and stay', async () => {
    const { status, body } = await add({ name: 'debug', image: 'busybox', targetContainerName: 'c' });
    expect([status, body['metadata']?.['generation']]).toEqual([200, 2]);
    expect(body['spec']?.['ephemeralContainers']?.[0]?.['terminationMessagePolicy']).toBe('File');
    const gone = await api.patch(ephemeral, 'json', [{ op: 'remove', path: '/spec/ephemeralContainers' }]);
    expect([gone.status, gone.body['message']]).toEqual([
      422,
      'Pod "on-ours" is invalid: spec.ephemeralContainers: Forbidden: existing ephemeral containers "debug" may not be removed\n',
    ]);
  });

  it.each([
    [{ name: 'c', image: 'x' }, 'spec.ephemeralContainers[0].name: Duplicate value: "c"'],
    [
      { name: 'x', image: 'x', targetContainerName: 'y' },
      'spec.ephemeralContainers[0].targetContainerName: Not found: "y"',
    ],
    [
      { name: 'x', image: 'x', ports: [{ containerPort: 80 }] },
      'spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container',
    ],
  ])('%j is refused', async (container, why) => {
    const { status, body } = await add(container);
    expect(status).toBe(422);
    expect(body['message']).toContain(why);
  });

  it('a resize changes cpu and memory alone', async () => {
    const resize = (containers: object[]) => api.patch(`${pods}/two/resize`, 'strategic', { spec: { containers } });
    expect((await resize([{ name: 'c', image: 'other' }])).body['spec']?.['containers']?.[0]?.['image']).toBe('i');
    const larger = await resize([{ name: 'c', resources: { requests: { cpu: '1' } } }]);
    expect(larger.body['message']).toMatch(/Pod QOS Class may not change as a result of resizing/);
    const more = await resize([{ name: 'new', image: 'x' }]);
    expect(more.body['message']).toMatch(
      /spec.containers: Forbidden: containers may not be added or removed on resize/,
    );
  });
});

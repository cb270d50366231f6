import { describe, expect, it } from '@jest/globals';
import type { Event } from '../api/types.ts';
import { RestClient, TransportError } from '../client/index.ts';
import { ScriptedTransport, statusBody } from '../client/testdata/scripted-transport.ts';
import type { Script } from '../client/testdata/scripted-transport.ts';
import { advanceSettled, promisesSettled, VirtualClock } from '../clock/index.ts';
import { EventRecorder } from './recorder.ts';

const web = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop', uid: 'u1', resourceVersion: '7' },
};

/** Stores what it gets, as the server would answer. */
const accept: Script = ({ method, path, body = '' }) => {
  if (method === 'POST') return { status: 201, body };
  return { body: { ...(JSON.parse(body) as object), metadata: { name: path.split('/').at(-1), namespace: 'shop' } } };
};

function rig(script: Script = accept, component = 'test-controller') {
  const clock = new VirtualClock();
  const transport = new ScriptedTransport(script);
  const client = new RestClient({ transport, clock });
  const recorder = new EventRecorder({ client, component, clock, random: () => 0.5 });
  const bodies = () => transport.requests.map(({ body }) => JSON.parse(body ?? '') as Event);
  return { clock, transport, recorder, bodies };
}

describe('EventRecorder', () => {
  it('writes a core/v1 Event as client-go does', async () => {
    const { recorder, transport, bodies } = rig();
    recorder.record(web, 'Warning', 'FailedToUpdate', 'it did not work', { note: 'a' });
    expect(recorder.idle).toBe(false);
    await recorder.flushed();
    expect(transport.paths).toEqual(['POST /api/v1/namespaces/shop/events']);
    const { name } = bodies()[0]?.metadata ?? {};
    expect(name).toMatch(/^web\.18867[0-9a-f]{11}$/);
    expect(bodies()[0]).toEqual({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace: 'shop', annotations: { note: 'a' } },
      involvedObject: {
        apiVersion: 'v1',
        kind: 'Service',
        namespace: 'shop',
        name: 'web',
        uid: 'u1',
        resourceVersion: '7',
      },
      reason: 'FailedToUpdate',
      message: 'it did not work',
      source: { component: 'test-controller' },
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T00:00:00Z',
      count: 1,
      type: 'Warning',
      reportingComponent: 'test-controller',
      reportingInstance: '',
    });
  });

  it('OB10 counts what is the same up, by a patch of the first', async () => {
    const { recorder, transport, clock } = rig((request) =>
      request.method === 'PATCH'
        ? { body: { metadata: { name: 'first', namespace: 'shop' }, count: 2 } }
        : { body: { metadata: { name: 'first', namespace: 'shop' }, count: 1 } },
    );
    recorder.record(web, 'Normal', 'R', 'm');
    await recorder.flushed();
    await clock.advance(5000);
    recorder.record(web, 'Normal', 'R', 'm');
    await recorder.flushed();
    expect(transport.paths[1]).toBe('PATCH /api/v1/namespaces/shop/events/first');
    expect(transport.requests[1]?.headers['content-type']).toBe('application/strategic-merge-patch+json');
    expect(JSON.parse(transport.requests[1]?.body ?? '')).toEqual({
      count: 2,
      lastTimestamp: '2026-01-01T00:00:05Z',
      message: 'm',
    });
  });

  it('writes the event anew, with its count, when the first is gone', async () => {
    const { recorder, bodies, transport } = rig((request) =>
      request.method === 'PATCH' ? { status: 404, body: statusBody(404, 'NotFound') } : { body: request.body ?? '' },
    );
    for (let i = 0; i < 3; i++) recorder.record(web, 'Normal', 'R', 'm');
    await recorder.flushed();
    expect(transport.requests.map(({ method }) => method)).toEqual(['POST', 'PATCH', 'POST', 'PATCH', 'POST']);
    expect(bodies()[4]).toMatchObject({ count: 3, metadata: { name: bodies()[0]?.metadata.name } });
  });

  it('OB10 merges what differs only in its message from the tenth on, and counts that up', async () => {
    const { recorder, bodies } = rig();
    for (let i = 0; i < 12; i++) recorder.record(web, 'Normal', 'R', `message ${i}`);
    await recorder.flushed();
    const told = bodies().map(({ message, count }) => `${message} ${count}`);
    expect(told.slice(8)).toEqual([
      'message 8 1',
      '(combined from similar events): message 9 1',
      '(combined from similar events): message 10 2',
      '(combined from similar events): message 11 3',
    ]);
  });

  it('OB10 starts over after ten minutes without a similar one', async () => {
    const { recorder, bodies, clock } = rig();
    for (let i = 0; i < 9; i++) recorder.record(web, 'Normal', 'R', `message ${i}`);
    await recorder.flushed();
    await clock.advance(600_001);
    recorder.record(web, 'Normal', 'R', 'message 9');
    await recorder.flushed();
    expect(bodies().at(-1)?.message).toBe('message 9');
  });

  it('OB10 lets 25 events of an object and type out at once and then one in five minutes; others are not held up', async () => {
    const { recorder, transport, clock } = rig();
    for (let i = 0; i < 40; i++) recorder.record(web, 'Normal', `Reason${i}`, 'm');
    await recorder.flushed();
    expect(transport.requests).toHaveLength(25);
    recorder.record(web, 'Warning', 'R', 'm');
    recorder.record({ ...web, metadata: { ...web.metadata, uid: 'u2' } }, 'Normal', 'R', 'm');
    await recorder.flushed();
    expect(transport.requests).toHaveLength(27);
    await clock.advance(300_000);
    for (let i = 0; i < 2; i++) recorder.record(web, 'Normal', `Late${i}`, 'm');
    await recorder.flushed();
    expect(transport.requests).toHaveLength(28);
  });

  it('OB10 tries twelve times while the server is away, ten seconds apart, and goes on with the next', async () => {
    const { recorder, transport, clock } = rig((_, index) =>
      index < 12 ? new TransportError('refused', 'no') : { body: { metadata: {} } },
    );
    recorder.record(web, 'Normal', 'A', 'm');
    recorder.record(web, 'Normal', 'B', 'm');
    await advanceSettled(clock, 4999);
    expect(transport.requests).toHaveLength(1);
    await advanceSettled(clock, 1);
    expect(transport.requests).toHaveLength(2);
    await advanceSettled(clock, 99_999);
    expect(transport.requests).toHaveLength(11);
    await advanceSettled(clock, 1);
    expect(transport.requests).toHaveLength(13);
    expect(recorder.idle).toBe(true);
  });

  it('gives up at once on what the server refuses', async () => {
    const { recorder, transport } = rig(() => ({ status: 403, body: statusBody(403, 'Forbidden') }));
    recorder.record(web, 'Normal', 'A', 'm');
    await recorder.flushed();
    expect(transport.requests).toHaveLength(1);
  });

  it('OB10 never lets more than a thousand wait, and counts what it drops', async () => {
    const { recorder } = rig(() => new Promise(() => {}));
    for (let i = 0; i < 1003; i++) recorder.record(web, 'Normal', 'R', `${i}`);
    expect(recorder.dropped).toBe(2);
    recorder.stop();
    await recorder.flushed();
    recorder.record(web, 'Normal', 'R', 'late');
    await promisesSettled();
    expect(recorder.idle).toBe(true);
  });

  it('names events alike in every run, and never two alike, also of two components in the same millisecond', async () => {
    const names = async (component: string) => {
      const { recorder, bodies } = rig(accept, component);
      for (let i = 0; i < 3; i++) recorder.record(web, 'Normal', `R${i}`, 'm');
      await recorder.flushed();
      return bodies().map(({ metadata }) => metadata.name);
    };
    const first = await names('endpoint-controller');
    expect(await names('endpoint-controller')).toEqual(first);
    expect(new Set([...first, ...(await names('endpoint-slice-controller'))]).size).toBe(6);
  });

  it('takes references, and objects outside namespaces or with names that no Event may bear', async () => {
    const { recorder, bodies } = rig();
    recorder.record({ kind: 'Node', name: 'n1', uid: 'n1' }, 'Normal', 'R', 'm');
    recorder.record({ kind: 'IPAddress', name: '2001:db8::1' }, 'Normal', 'R', 'm');
    recorder.record({ kind: 'X', name: 'a'.repeat(250) }, 'Normal', 'R', 'm');
    await recorder.flushed();
    expect(bodies().map(({ metadata }) => `${metadata.namespace}/${metadata.name?.split('.')[0]}`)).toEqual([
      'default/n1',
      'default/event',
      'default/event',
    ]);
  });
});

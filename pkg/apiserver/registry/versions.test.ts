import { describe, expect, it } from '@jest/globals';
import { testServer } from '../../testing/api-server.ts';

const current = '/apis/events.k8s.io/v1/namespaces/default/events';
const older = '/api/v1/namespaces/default/events';

const event = {
  metadata: { name: 'told' },
  eventTime: '2026-01-02T03:04:05.000006Z',
  reportingController: 'example.com/controller',
  reportingInstance: 'one',
  action: 'Testing',
  reason: 'Told',
  regarding: { kind: 'Service', namespace: 'default', name: 'web' },
  note: 'the note',
  type: 'Normal',
};

describe('an Event of events.k8s.io', () => {
  it('keeps every field, and is the same object in both groups', async () => {
    await using server = await testServer();
    const made = await server.post(current, event);
    expect(made.body).toMatchObject({ ...event, kind: 'Event', apiVersion: 'events.k8s.io/v1' });
    const { body } = await server.get(`${older}/told`);
    expect(body).toMatchObject({
      kind: 'Event',
      apiVersion: 'v1',
      involvedObject: event.regarding,
      message: event.note,
      reportingComponent: event.reportingController,
    });
    expect(body['metadata']?.['uid']).toBe(made.body['metadata']?.['uid']);
  });

  it('becomes a series by strategic merge patch, as client-go sends it', async () => {
    await using server = await testServer();
    await server.post(current, event);
    const series = { count: 2, lastObservedTime: '2026-01-02T03:04:06.000000Z' };
    const patched = await server.patch(`${current}/told`, 'strategic', { series });
    expect(patched.body).toMatchObject({ ...event, series });
    expect((await server.get(`${current}/told`)).body).toEqual(patched.body);
  });

  it('can be replaced and found by its fields', async () => {
    await using server = await testServer();
    const { body: made } = await server.post(current, event);
    const replaced = await server.put(`${current}/told`, { ...(made as object), note: 'the note' });
    expect(replaced.status).toBe(200);
    const found = await server.get(
      `${current}?fieldSelector=regarding.name=web,reportingController=example.com/controller`,
    );
    expect(found.body['items']).toHaveLength(1);
  });
});

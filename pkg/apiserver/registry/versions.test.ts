import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testServer, type TestServer } from '../../testing/api-server.ts';

const core = '/api/v1/namespaces/default/events';
const grouped = '/apis/events.k8s.io/v1/namespaces/default/events';
const slices = (version: string): string => `/apis/discovery.k8s.io/${version}/namespaces/default/endpointslices`;

let api: TestServer;
beforeAll(async () => {
  api = await testServer({ lifecycle: false, endpointSliceV1beta1: true });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

describe('the two groups of Event', () => {
  it('are two views of one object', async () => {
    const made = await api.post(grouped, {
      metadata: { name: 'e' },
      regarding: { kind: 'Pod', namespace: 'default', name: 'p' },
      reason: 'R',
      action: 'A',
      note: 'n',
      type: 'Normal',
      eventTime: '2026-01-02T03:04:05.000006Z',
      reportingController: 'c',
      reportingInstance: 'i',
    });
    expect(made.status).toBe(201);
    const { body } = await api.get(`${core}/e`);
    expect(body).toMatchObject({
      kind: 'Event',
      apiVersion: 'v1',
      involvedObject: { kind: 'Pod', name: 'p' },
      message: 'n',
      reportingComponent: 'c',
    });
    expect(body['metadata']?.['uid']).toBe(made.body['metadata']?.['uid']);
  });

  it('take a series by strategic patch in either', async () => {
    const series = { series: { count: 2, lastObservedTime: '2026-01-02T03:04:06.000000Z' } };
    const patched = await api.patch(`${grouped}/e`, 'strategic', series);
    expect([patched.status, patched.body['series']?.['count'], patched.body['note']]).toEqual([200, 2, 'n']);
  });

  it('are watched by either', async () => {
    const watch = await api.watch(`${grouped}?watch=true&fieldSelector=metadata.name%3De`);
    const [event] = await watch.until(1);
    expect(event?.['object']).toMatchObject({ apiVersion: 'events.k8s.io/v1', regarding: { name: 'p' }, note: 'n' });
    watch.close();
  });
});

describe('the two versions of EndpointSlice', () => {
  it('carry the zone in a field or in the topology', async () => {
    await api.post(slices('v1beta1'), {
      metadata: { name: 's' },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['1.2.3.4'], topology: { 'topology.kubernetes.io/zone': 'z', other: 'x' } }],
    });
    const { body } = await api.get(`${slices('v1')}/s`);
    expect(body['endpoints']?.[0]).toMatchObject({ zone: 'z', deprecatedTopology: { other: 'x' } });
    const old = await api.get(`${slices('v1beta1')}/s`);
    expect(old.body['endpoints']?.[0]?.['topology']).toEqual({ 'topology.kubernetes.io/zone': 'z', other: 'x' });
    expect(old.headers['warning']).toEqual([
      expect.stringContaining('discovery.k8s.io/v1beta1 EndpointSlice is deprecated'),
    ]);
  });
});

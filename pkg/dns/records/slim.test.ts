import { describe, expect, it } from '@jest/globals';
import { dnsRecords } from './dns-records.ts';
import { slimChange, slimNamespace, slimPod, slimService, slimSlice } from './slim.ts';
import { endpoint, service, slice } from './testdata/build.ts';
import { changesOf, harbor, harborOptions } from './testdata/harbor.ts';
import { ZoneIndex } from './zone-index.ts';

describe('slim objects', () => {
  it('S38: make the same zones', () => {
    const objects = harbor();
    objects.endpointSlices.push({
      ...slice('shop/peers', [], 'raft 7000/TCP', '2'),
      endpoints: [{ ...endpoint('10.1.3.9'), targetRef: { kind: 'Pod', name: 'pod-b' } }],
    });
    const slimmed = {
      namespaces: objects.namespaces.map(slimNamespace),
      services: objects.services.map(slimService),
      endpointSlices: objects.endpointSlices.map(slimSlice),
      pods: objects.pods.map(slimPod),
    };
    const options = { ...harborOptions, endpointPodNames: true };
    expect(dnsRecords(slimmed, options)).toEqual(dnsRecords(objects, options));
  });

  it('are no news to who knows the whole ones', () => {
    const index = new ZoneIndex(harborOptions, 0);
    const changes = changesOf(harbor());
    for (const change of changes) index.apply(change, 0);
    expect(changes.filter((change) => index.apply(slimChange(change), 0))).toEqual([]);
  });

  it('keep identity, and of annotations only the trigger time', () => {
    const trigger = { 'endpoints.kubernetes.io/last-change-trigger-time': '2026-06-01T00:00:00Z' };
    const whole = slice('shop/web', ['10.0.0.1']);
    Object.assign(whole.metadata, { uid: 'u', resourceVersion: '7', annotations: { ...trigger, other: 'x' } });
    expect(slimSlice(whole).metadata).toEqual({
      name: 'web-1',
      namespace: 'shop',
      uid: 'u',
      resourceVersion: '7',
      labels: { 'kubernetes.io/service-name': 'web' },
      annotations: trigger,
    });
    const selecting = service('shop/db', 'None', '', { selector: { app: 'db' }, sessionAffinity: 'ClientIP' });
    expect(slimService(selecting).spec).toEqual({
      type: 'ClusterIP',
      clusterIP: 'None',
      clusterIPs: ['None'],
      selector: { app: 'db' },
      ports: [],
    });
  });
});

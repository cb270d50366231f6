import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Endpoint, EndpointSlice } from '../api/types.ts';
import { defaultEndpointSlice, prepareEndpointSliceForCreate, prepareEndpointSliceForUpdate } from './endpointslice.ts';
import { fromV1beta1, toV1beta1 } from './endpointslice-v1beta1.ts';

const v1 = { version: 'v1' };
const beta = { version: 'v1beta1' };
const slice = (endpoints: Endpoint[], more: Partial<EndpointSlice> = {}): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  addressType: 'IPv4',
  ...more,
  metadata: { name: 'web-1', ...more.metadata },
  endpoints,
});
const at = (address: string, more: Partial<Endpoint> = {}): Endpoint => ({ addresses: [address], ...more });

describe('EndpointSlice', () => {
  it('D13: names ports emptily and speaks TCP; no number means every port', () => {
    const ports = defaultEndpointSlice(slice([], { ports: [{}, { name: 'a', protocol: 'UDP', port: 53 }] })).ports;
    expect(ports).toEqual([
      { name: '', protocol: 'TCP' },
      { name: 'a', protocol: 'UDP', port: 53 },
    ]);
  });

  it('O35: counts generations by changes outside metadata, and of labels', () => {
    const stored = prepareEndpointSliceForCreate(slice([at('10.0.0.1')]), v1);
    const generation = (next: EndpointSlice): unknown =>
      prepareEndpointSliceForUpdate(next, stored, v1).metadata.generation;
    expect(stored.metadata.generation).toBe(1);
    expect(generation(stored)).toBe(1);
    expect(generation({ ...stored, metadata: { ...stored.metadata, annotations: { a: 'b' } } })).toBe(1);
    expect(generation({ ...stored, metadata: { ...stored.metadata, labels: { a: 'b' } } })).toBe(2);
    expect(generation({ ...stored, endpoints: [at('10.0.0.2')] })).toBe(2);
  });

  it('O31: v1 drops deprecatedTopology, and keeps what nobody touched', () => {
    const old = at('10.0.0.1', { deprecatedTopology: { 'kubernetes.io/hostname': 'node-a', rack: 'r1' } });
    expect(prepareEndpointSliceForCreate(slice([old]), v1).endpoints).toEqual([at('10.0.0.1')]);
    expect(prepareEndpointSliceForCreate(slice([old]), beta).endpoints).toEqual([old]);
    const stored = slice([old]);
    expect(prepareEndpointSliceForUpdate(slice([old]), stored, v1).endpoints).toEqual([old]);
  });

  it('O31: a hostname the old object had becomes the node name', () => {
    const topology = (hostname: string): Partial<Endpoint> => ({
      deprecatedTopology: { 'kubernetes.io/hostname': hostname },
    });
    const stored = slice([at('10.0.0.1', topology('node-a')), at('10.0.0.9', topology('Bad_Name'))]);
    const next = slice([
      at('10.0.0.1', topology('node-a')),
      at('10.0.0.2', topology('node-b')),
      at('10.0.0.3', topology('Bad_Name')),
      at('10.0.0.4', { ...topology('node-a'), nodeName: 'node-c' }),
    ]);
    expect(prepareEndpointSliceForUpdate(next, stored, v1).endpoints).toEqual([
      at('10.0.0.1', { nodeName: 'node-a' }),
      at('10.0.0.2'),
      at('10.0.0.3'),
      at('10.0.0.4', { nodeName: 'node-c' }),
    ]);
  });
});

describe('discovery.k8s.io/v1beta1', () => {
  const beta1 = (topology: Record<string, string>, nodeName?: string): EndpointSlice =>
    slice([{ addresses: ['10.0.0.1'], ...(nodeName === undefined ? {} : { nodeName }), topology } as Endpoint]);

  it('moves the zone to its field and forgets a hostname that repeats the node name', () => {
    const given = { 'topology.kubernetes.io/zone': 'z1', 'kubernetes.io/hostname': 'node-a', rack: 'r1' };
    expect(fromV1beta1(beta1(given, 'node-a')).endpoints).toEqual([
      { addresses: ['10.0.0.1'], nodeName: 'node-a', zone: 'z1', deprecatedTopology: { rack: 'r1' } },
    ]);
    expect(fromV1beta1(beta1({ 'kubernetes.io/hostname': 'other' }, 'node-a')).endpoints).toEqual([
      { addresses: ['10.0.0.1'], nodeName: 'node-a', deprecatedTopology: { 'kubernetes.io/hostname': 'other' } },
    ]);
  });

  it('comes back from the stored form with every key, `__proto__` included', () => {
    const key = fc.constantFrom(
      'topology.kubernetes.io/zone',
      'kubernetes.io/hostname',
      'rack',
      '__proto__',
      'constructor',
    );
    const topology = fc
      .array(fc.tuple(key, fc.constantFrom('a', 'b')), { minLength: 1 })
      .map((entries) => Object.fromEntries(entries));
    fc.assert(
      fc.property(topology, fc.constantFrom(undefined, 'a'), (map, nodeName) => {
        const [endpoint] = toV1beta1(fromV1beta1(beta1(map, nodeName))).endpoints ?? [];
        const expected = new Map(Object.entries(map));
        if (nodeName !== undefined && !expected.has('kubernetes.io/hostname'))
          expected.set('kubernetes.io/hostname', nodeName);
        const shown = (endpoint as { topology?: Record<string, string> }).topology ?? {};
        expect(new Map(Object.entries(shown))).toEqual(expected);
      }),
    );
  });
});

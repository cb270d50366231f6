import { describe, expect, it } from '@jest/globals';
import type { Endpoint } from '../api/types.ts';
import { endpointIdentity, saysTheSame } from './slice-identity.ts';

const base: Endpoint = {
  addresses: ['10.0.0.1'],
  conditions: { ready: true, serving: true, terminating: false },
  targetRef: { kind: 'Pod', namespace: 'ns', name: 'p', uid: 'u', resourceVersion: '1' },
  nodeName: 'n',
  zone: 'z',
};

describe('saysTheSame (S12)', () => {
  it.each<[string, Endpoint]>([
    ['nodeName', { ...base, nodeName: 'other' }],
    ['zone', { ...base, zone: 'other' }],
    ['ready', { ...base, conditions: { ...base.conditions, ready: false } }],
    ['serving true to false', { ...base, conditions: { ...base.conditions, serving: false } }],
    ['serving true to absent', { ...base, conditions: { ready: true, terminating: false } }],
    ['terminating', { ...base, conditions: { ...base.conditions, terminating: true } }],
    ['the name of the pod', { ...base, targetRef: { ...base.targetRef, name: 'q' } }],
    ['the uid of the pod', { ...base, targetRef: { ...base.targetRef, uid: 'v' } }],
    ['a missing reference', { addresses: base.addresses, conditions: base.conditions ?? {}, nodeName: 'n', zone: 'z' }],
  ])('SC-S-046 sees a difference in %s', (_, other) => {
    expect(saysTheSame(base, other)).toBe(false);
    expect(saysTheSame(other, base)).toBe(false);
  });

  it('SC-S-047 does not see the resourceVersion of the pod, nor hints', () => {
    const targetRef = { ...base.targetRef, resourceVersion: '2' };
    expect(saysTheSame(base, { ...base, targetRef, hints: { forZones: [{ name: 'a' }] } })).toBe(true);
  });

  it('reads null as absent', () => {
    const nulls = { addresses: ['10.0.0.1'], nodeName: null, zone: null, targetRef: null, conditions: null } as unknown;
    expect(saysTheSame({ addresses: ['10.0.0.1'] }, nulls as Endpoint)).toBe(true);
  });
});

describe('endpointIdentity (S11)', () => {
  it('is made of addresses, hostname and the name of the pod', () => {
    const variants = [
      base,
      { ...base, addresses: ['10.0.0.2'] },
      { ...base, addresses: ['10.0.0.1', '10.0.0.2'] },
      { ...base, hostname: 'h' },
      { ...base, targetRef: { ...base.targetRef, name: 'q' } },
      { ...base, targetRef: { ...base.targetRef, namespace: 'other' } },
    ];
    expect(new Set(variants.map(endpointIdentity)).size).toBe(variants.length);
  });

  it('is blind to uid, kind, conditions and the order of addresses', () => {
    const two = { ...base, addresses: ['10.0.0.1', '10.0.0.2'] };
    const other = { addresses: ['10.0.0.2', '10.0.0.1'], targetRef: { namespace: 'ns', name: 'p', uid: 'x' } };
    expect(endpointIdentity(two)).toBe(endpointIdentity(other));
  });
});

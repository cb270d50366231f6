import { describe, expect, it } from '@jest/globals';
import { service } from '../testing/build/objects.ts';
import { hintModeOf } from './mode.ts';
import { topologyHintsAnnotation as old, topologyModeAnnotation as current } from './names.ts';

const features = { preferSameTrafficDistribution: true };
const kindOf = (annotations: Record<string, string>) => hintModeOf(service({ annotations }), features).kind;

describe('hintModeOf', () => {
  it('SC-T-015 takes Auto and auto and nothing else', () => {
    for (const key of [old, current]) {
      for (const value of ['enabled', 'aUto', 'disabled', 'ProportionalZoneCPU'])
        expect(kindOf({ [key]: value })).toBe('none');
      for (const value of ['auto', 'Auto']) expect(kindOf({ [key]: value })).toBe('proportional');
    }
  });

  it('SC-T-016 lets the deprecated key decide where it is present', () => {
    expect(kindOf({ [old]: 'auto', [current]: 'disabled' })).toBe('proportional');
    expect(kindOf({ [old]: 'disabled', [current]: 'auto' })).toBe('none');
    expect(kindOf({ [old]: '', [current]: 'auto' })).toBe('none');
  });

  it('T2 knows three values, two of them behind a feature', () => {
    const modeOf = (trafficDistribution: string, on: boolean) =>
      hintModeOf(service({ spec: { trafficDistribution } }), { preferSameTrafficDistribution: on });
    expect(modeOf('PreferClose', false)).toEqual({ kind: 'close', value: 'PreferClose' });
    expect(modeOf('PreferSameZone', true)).toEqual({ kind: 'close', value: 'PreferSameZone' });
    expect(modeOf('PreferSameNode', true)).toEqual({ kind: 'close', value: 'PreferSameNode' });
    for (const value of ['PreferSameZone', 'PreferSameNode']) expect(modeOf(value, false)).toEqual({ kind: 'none' });
    expect(modeOf('SomethingNew', true)).toEqual({ kind: 'none' });
  });
});

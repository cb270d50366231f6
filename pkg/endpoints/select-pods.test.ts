import { describe, expect, it } from '@jest/globals';
import { pod, service } from '../testing/build/objects.ts';
import { selectedPods, selects } from './select-pods.ts';

describe('selects (Q10)', () => {
  it('wants every entry, and takes no inherited name for a label', () => {
    expect(selects({ a: 'b', c: 'd' }, { a: 'b', c: 'd', e: 'f' })).toBe(true);
    expect(selects({ a: 'b', c: 'd' }, { a: 'b' })).toBe(false);
    expect(selects({ constructor: 'x' }, {})).toBe(false);
    expect(selects({ constructor: 'x' }, { constructor: 'x' })).toBe(true);
  });

  it('takes an absent selector for nobody and an empty one for everybody', () => {
    expect(selects(undefined, { a: 'b' })).toBe(false);
    expect(selects({}, undefined)).toBe(true);
  });
});

describe('selectedPods', () => {
  it('gives one order for any order, within the namespace', () => {
    const list = [pod({ name: 'b' }), pod({ name: 'a' }), pod({ name: 'c', namespace: 'other' })];
    expect(selectedPods(service(), list).map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
  });
});

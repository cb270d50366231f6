import { describe, expect, it } from '@jest/globals';
import { isStatusError } from '../../api/status.ts';
import { golden } from '../testdata/golden.ts';
import { applyMergePatch } from './merge-patch.ts';

interface Case {
  readonly name?: string;
  readonly live: unknown;
  readonly patch: unknown;
  readonly out: unknown;
}

describe('merge patch', () => {
  it.each((golden('merge-patch') as readonly Case[]).map((each, index) => ({ name: `random case ${index}`, ...each })))(
    '$name',
    ({ live, patch, out }) => {
      expect(applyMergePatch(live, patch)).toEqual(out);
    },
  );

  it.each([
    [null, 'Invalid JSON Patch'],
    [[], 'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}'],
    ['x', 'error decoding patch: json: cannot unmarshal string into Go value of type map[string]interface {}'],
    [1, 'error decoding patch: json: cannot unmarshal number into Go value of type map[string]interface {}'],
    [false, 'error decoding patch: json: cannot unmarshal bool into Go value of type map[string]interface {}'],
  ])('answers 400 for %j', (patch, message) => {
    let thrown: unknown;
    try {
      applyMergePatch({}, patch);
    } catch (error) {
      thrown = error;
    }
    expect(isStatusError(thrown, 'BadRequest')).toBe(true);
    expect(thrown).toMatchObject({ message });
  });

  it('keeps the order of keys and puts new ones last', () => {
    expect(Object.keys(applyMergePatch({ c: 1, b: 2, a: 3 }, { n: 1, b: 5, c: null }) as object)).toEqual([
      'b',
      'a',
      'n',
    ]);
  });

  it('S35 keeps __proto__ as a key', () => {
    const result = applyMergePatch({}, JSON.parse('{"__proto__":{"polluted":true}}'));
    expect(JSON.stringify(result)).toBe('{"__proto__":{"polluted":true}}');
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
  });
});

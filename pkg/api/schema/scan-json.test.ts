import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { DecodeError } from './decode-error.ts';
import { duplicateKeys, scanJson, scanLimits } from './scan-json.ts';

const nested = (open: string, close: string, depth: number): string => open.repeat(depth) + close.repeat(depth);

describe('duplicateKeys', () => {
  it.each([
    ['{"spec":{"ports":[],"ports":[]}}', ['duplicate field "spec.ports"']],
    ['{"a":1,"a":2,"a":3}', ['duplicate field "a"']],
    ['{"a":[{"b":1},{"b":1,"c":{},"b":2}]}', ['duplicate field "a[1].b"']],
    ['{"a":{"x":1},"b":{"x":1}}', []],
    ['{"a":{"a":{"a":1}}}', []],
    ['[[{"k":0,"k":1}],{"k":0}]', ['duplicate field "[0][0].k"']],
    [String.raw`{"a":1,"\u0061":2}`, ['duplicate field "a"']],
    [String.raw`{"\"":1,"\"":2,"b\\":1,"c":1}`, [String.raw`duplicate field "\""`]],
    ['{"__proto__":1,"constructor":2,"__proto__":3}', ['duplicate field "__proto__"']],
    ['{"a":"b","b":"a","c":"{\\"a\\":1,\\"a\\":1}"}', []],
    ['{"é":1,"é":2}', ['duplicate field "é"']],
    ['{ "a" : 1 , "b" : [ 1 , 2 ] , "a" : 2 }', ['duplicate field "a"']],
  ])('F2 %s', (text, expected) => {
    JSON.parse(text);
    expect(duplicateKeys(text)).toEqual(expected);
  });

  it('F2 finds a pair far apart among many keys, in any object', () => {
    const keys = Array.from({ length: 500 }, (_, index) => `"k${index}":${index}`);
    expect(duplicateKeys(`{${keys.join(',')}}`)).toEqual([]);
    expect(duplicateKeys(`{"x":{${keys.join(',')},"k3":0}}`)).toEqual(['duplicate field "x.k3"']);
    expect(duplicateKeys(`{"x":{${keys.join(',')},"k400":0}}`)).toEqual(['duplicate field "x.k400"']);
  });

  it('F2 agrees with a plain count for any small object', () => {
    const key = fc.constantFrom('a', 'b', 'ab', 'ba', 'aA', '', 'é', '__proto__', '"', '\\', 'BB', 'Aa');
    fc.assert(
      fc.property(fc.array(key, { maxLength: 20 }), (keys) => {
        const text = `{${keys.map((name) => `${JSON.stringify(name)}:{"v":[1]}`).join(',')}}`;
        const twice = [...new Set(keys.filter((name, index) => keys.indexOf(name) !== index))];
        const expected = twice.map((name) => `duplicate field ${JSON.stringify(name)}`);
        expect([...duplicateKeys(text)].sort()).toEqual(expected.sort());
      }),
    );
  });
});

describe('scanJson', () => {
  it.each([
    ['[1,2,-3,0]', false],
    ['[1.5]', true],
    ['{"a":1e3}', true],
    ['{"a":1E-3}', true],
    ['[123456789012345]', false],
    ['[1234567890123456]', true],
    ['["1.5","1e3"]', false],
  ])('%s has numbers that are no plain integers: %s', (text, expected) => {
    expect(scanJson(text).looseNumbers).toBe(expected);
  });

  it('SV7 lets 100 levels through and no more', () => {
    expect(() => scanJson(nested('[', ']', 100))).not.toThrow();
    expect(() => scanJson(nested('[', ']', 101))).toThrow(DecodeError);
    expect(() => scanJson(nested('{"a":', '}', 101))).toThrow('JSON document exceeds the limit of 100 levels');
    expect(() => scanJson('['.repeat(1_000_000))).toThrow(DecodeError);
  });

  it('SV7 counts array elements, keys and characters', () => {
    const limits = { ...scanLimits, arrayItems: 3, objectKeys: 2, stringLength: 4 };
    expect(() => scanJson('[[1,2,3],[4,5,6],[{},{},{"a":1,"b":2}]]', limits)).not.toThrow();
    expect(() => scanJson('[1,2,3,4]', limits)).toThrow('JSON array exceeds the limit of 3 elements');
    expect(() => scanJson('{"a":1,"b":2,"c":3}', limits)).toThrow('JSON object exceeds the limit of 2 keys');
    expect(() => scanJson('["12345"]', limits)).toThrow('JSON string exceeds the limit of 4 characters');
    expect(() => scanJson('{"12345":1}', limits)).toThrow('JSON string exceeds the limit of 4 characters');
  });

  it('passes over garbage without a sound', () => {
    const pieces = fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', '1', '-', 'e', ' ', 'a');
    fc.assert(
      fc.property(fc.string({ unit: pieces, maxLength: 60 }), (text) => {
        expect(Array.isArray(scanJson(text).duplicates)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('walks strings of any length and escaping to their end', () => {
    for (const length of [0, 1, 31, 32, 33, 100]) {
      for (const tail of ['', '\\\\', '\\"', 'x\\\\\\"y']) {
        const text = `{"k":"${'a'.repeat(length)}${tail}","k":1,"m":"\\\\","m":2}`;
        JSON.parse(text);
        expect(duplicateKeys(text)).toEqual(['duplicate field "k"', 'duplicate field "m"']);
      }
    }
  });
});

import { describe, expect, it } from '@jest/globals';
import { isStatusError } from '../../api/status.ts';
import { deepFreeze, golden } from '../testdata/golden.ts';
import { applyJsonPatch, maxCopiedBytes, maxJsonPatchOperations } from './json-patch.ts';
import { unknownJsonPatchFields } from './json-patch-operation.ts';

interface Case {
  readonly name?: string;
  readonly live: unknown;
  readonly patch: unknown;
  readonly out?: unknown;
  readonly err?: string;
}

const refusal = (document: unknown, operations: unknown): unknown => {
  try {
    return { out: applyJsonPatch(document, operations) };
  } catch (error) {
    if (!isStatusError(error)) throw error;
    return { code: error.code, reason: error.reason, message: error.message };
  }
};

describe('JSON patch', () => {
  it.each((golden('json-patch') as readonly Case[]).map((each, index) => ({ name: `random case ${index}`, ...each })))(
    '$name',
    ({ live, patch, out, err }) => {
      if (err === undefined) {
        expect(applyJsonPatch(live, patch)).toEqual(out);
        return;
      }
      expect(refusal(live, patch)).toEqual({
        code: 422,
        reason: 'Invalid',
        message: 'the server rejected our request due to an error in our request',
      });
      expect(() => applyJsonPatch(live, patch)).toThrow(
        expect.objectContaining({ cause: expect.objectContaining({ message: err }) }),
      );
    },
  );

  it.each([
    [{}, 'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp'],
    ['x', 'error decoding patch: json: cannot unmarshal string into Go value of type []handlers.jsonPatchOp'],
    [[5], 'error decoding patch: json: cannot unmarshal number into Go value of type handlers.jsonPatchOp'],
    [[[]], 'error decoding patch: json: cannot unmarshal array into Go value of type handlers.jsonPatchOp'],
    [
      [{ op: 'add', path: true }],
      'error decoding patch: json: cannot unmarshal bool into Go struct field jsonPatchOp.path of type string',
    ],
  ])('answers 400 for what is no patch: %j', (patch, message) => {
    expect(refusal({}, patch)).toEqual({ code: 400, reason: 'BadRequest', message });
  });

  it('takes null for an empty patch', () => {
    expect(applyJsonPatch({ a: 1 }, null)).toEqual({ a: 1 });
  });

  it('S29 answers 413 for more than ten thousand operations', () => {
    const tests = (count: number): unknown =>
      Array.from({ length: count }, () => ({ op: 'test', path: '/a', value: 1 }));
    expect(applyJsonPatch({ a: 1 }, tests(maxJsonPatchOperations))).toEqual({ a: 1 });
    expect(refusal({ a: 1 }, tests(maxJsonPatchOperations + 1))).toEqual({
      code: 413,
      reason: 'RequestEntityTooLarge',
      message: 'Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001',
    });
  });

  it('S29 counts copied bytes as Go would write them', () => {
    // Quotes and 6 bytes for each escaped character: 12 bytes a copy.
    const text = '<'.repeat(1000);
    const copies = Math.floor(maxCopiedBytes / 6002);
    const copy = (index: number): unknown => ({ op: 'copy', from: '/a', path: `/${index}` });
    const patch = Array.from({ length: copies }, (_, index) => copy(index));
    expect(Object.keys(applyJsonPatch({ a: text }, patch) as object)).toHaveLength(copies + 1);
    expect(refusal({ a: text }, [...patch, copy(copies)])).toMatchObject({ code: 422 });
  });

  it('S23 refuses to build what nests too deep, however it is built', () => {
    const nest = (depth: number): unknown => (depth === 0 ? {} : { a: nest(depth - 1) });
    const deep = '/a'.repeat(90);
    const byMoves = Array.from({ length: 200 }, (_, index) => [
      { op: 'add', path: `/${index + 1}`, value: nest(90) },
      { op: 'move', from: `/${index}`, path: `/${index + 1}${deep}/x` },
    ]).flat();
    expect(refusal({ 0: {} }, byMoves)).toMatchObject({ code: 422 });
    const byCopies = Array.from({ length: 12 }, () => ({ op: 'copy', from: '/a', path: `${deep}/b` }));
    expect(refusal({ a: nest(89) }, byCopies)).toMatchObject({ code: 422 });
  });

  it('is as quick on a long list as on a short one', () => {
    const document = deepFreeze({ list: Array.from({ length: 10_000 }, (_, index) => ({ index })) });
    const patch = Array.from({ length: 10_000 }, (_, index) => ({
      op: 'replace',
      path: `/list/${index}/index`,
      value: 0,
    }));
    const { list } = applyJsonPatch(document, patch) as { list: { index: number }[] };
    expect(list.every(({ index }) => index === 0)).toBe(true);
  });

  it('leaves copies independent of each other', () => {
    const patch = [
      { op: 'add', path: '/a/x', value: 1 },
      { op: 'copy', from: '/a', path: '/b' },
      { op: 'add', path: '/b/y', value: 2 },
      { op: 'add', path: '/a/z', value: 3 },
    ];
    expect(applyJsonPatch({ a: {} }, patch)).toEqual({ a: { x: 1, z: 3 }, b: { x: 1, y: 2 } });
  });

  it('keeps the order of keys and puts new ones last', () => {
    const patch = [
      { op: 'replace', path: '/b', value: 9 },
      { op: 'add', path: '/0', value: 1 },
      { op: 'add', path: '/n', value: 1 },
    ];
    expect(Object.keys(applyJsonPatch({ c: 1, b: 2, a: 3 }, patch) as object)).toEqual(['0', 'c', 'b', 'a', 'n']);
  });

  it('S35 does not touch the prototype of anything', () => {
    const patch = [
      { op: 'add', path: '/__proto__', value: { polluted: true } },
      { op: 'add', path: '/__proto__/more', value: 1 },
    ];
    const result = applyJsonPatch({}, patch) as object;
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
    expect(JSON.stringify(result)).toBe('{"__proto__":{"polluted":true,"more":1}}');
    expect('polluted' in {}).toBe(false);
  });

  it('F4 finds members that no operation has', () => {
    const patch = [{ op: 'test', path: '/a', value: 1, foo: 1 }, 'x', { from: '/b', bar: 1, baz: 2 }];
    expect(unknownJsonPatchFields(patch)).toEqual([
      'json patch unknown field "[0].foo"',
      'json patch unknown field "[2].bar"',
      'json patch unknown field "[2].baz"',
    ]);
  });
});

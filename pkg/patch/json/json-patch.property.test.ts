import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { StatusError } from '../../api/status.ts';
import { anyJson, tameJson, tameObject } from '../testdata/arbitrary.ts';
import { deepFreeze } from '../testdata/golden.ts';
import { applyJsonPatch } from './json-patch.ts';
import { applyMergePatch } from './merge-patch.ts';

/** What a function makes of garbage: a value, or a refusal; any other error is a bug. */
function refusedOr(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    expect(error).toBeInstanceOf(StatusError);
    return undefined;
  }
}

const pointer = fc
  .array(fc.constantFrom('a', 'b', '0', '1', '-1', '-', '__proto__', 'constructor', '~0', '~1x', ''), { maxLength: 4 })
  .map((tokens) => tokens.map((token) => `/${token}`).join(''));

const operation = fc.record(
  {
    op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test'),
    path: pointer,
    from: pointer,
    value: tameJson,
  },
  { requiredKeys: ['op', 'path', 'from', 'value'], noNullPrototype: true },
);

describe('JSON patch', () => {
  it('refuses garbage or applies it, and never touches its inputs', () => {
    const patch = fc.oneof(
      anyJson,
      fc.array(fc.oneof({ weight: 9, arbitrary: operation }, { weight: 1, arbitrary: anyJson })),
    );
    fc.assert(
      fc.property(tameJson, patch, (document, operations) => {
        refusedOr(() => applyJsonPatch(deepFreeze(document), deepFreeze(operations)));
      }),
    );
  });

  it('undoes an added member by removing it', () => {
    fc.assert(
      fc.property(tameObject, tameJson, fc.constantFrom('new', '__proto__', 'constructor'), (document, value, key) => {
        fc.pre(!Object.hasOwn(document, key));
        const patch = [
          { op: 'add', path: `/${key}`, value },
          { op: 'test', path: `/${key}`, value },
          { op: 'remove', path: `/${key}` },
        ];
        expect(applyJsonPatch(deepFreeze(document), patch)).toEqual(document);
      }),
    );
  });

  it('finds a copy equal to its source', () => {
    fc.assert(
      fc.property(tameJson, (value) => {
        const patch = [
          { op: 'copy', from: '/a', path: '/b' },
          { op: 'test', path: '/b', value },
        ];
        expect(applyJsonPatch(deepFreeze({ a: value }), patch)).toEqual({ a: value, b: value });
      }),
    );
  });
});

describe('merge patch', () => {
  it('refuses garbage or applies it, and never touches its inputs', () => {
    fc.assert(
      fc.property(anyJson, anyJson, (document, patch) => {
        refusedOr(() => applyMergePatch(deepFreeze(document), deepFreeze(patch)));
      }),
    );
  });

  /** Null inside a list is the one thing the server treats differently the second time. */
  const withoutNullsInLists = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value, (_key, member: unknown) =>
        Array.isArray(member) ? member.map((item) => (typeof item === 'object' ? 1 : item) as unknown) : member,
      ),
    );

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(tameObject, tameObject, (document, raw) => {
        const patch = withoutNullsInLists(raw);
        const once = applyMergePatch(deepFreeze(document), deepFreeze(patch));
        expect(applyMergePatch(deepFreeze(once), patch)).toEqual(once);
      }),
    );
  });

  it('has the empty object for neutral patch, and takes an object apart by nulls', () => {
    fc.assert(
      fc.property(tameObject, (document) => {
        expect(applyMergePatch(deepFreeze(document), {})).toEqual(document);
        const nulls = Object.fromEntries(Object.keys(document).map((key) => [key, null]));
        expect(applyMergePatch(document, nulls)).toEqual({});
      }),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { compare } from '../typed/compare.ts';
import { fieldsOf } from '../typed/fields-of.ts';
import { golden } from '../testdata/golden.ts';
import { typeOf } from '../testdata/kinds.ts';
import { fieldPaths } from './field-paths.ts';
import {
  difference,
  differenceWithChildren,
  fieldSet,
  intersection,
  isSubset,
  noFields,
  pathSet,
  sameFields,
  union,
  type FieldSet,
} from './field-set.ts';
import { FieldsV1Reader, formatFieldsV1, parseFieldsV1 } from './fields-v1.ts';

interface Case {
  readonly kind: string;
  readonly live: unknown;
  readonly changed: unknown;
  readonly fields: object;
  readonly compare: Readonly<Record<'added' | 'modified' | 'removed', object>>;
  readonly union: object;
  readonly difference: object;
  readonly intersection: object;
  readonly withChildren: object;
  readonly paths?: readonly string[];
}

interface Parse {
  readonly name: string;
  readonly fields: unknown;
  readonly out?: object;
  readonly paths?: readonly string[];
  readonly err?: string;
}

/** As text, since the order of keys is part of the format. */
const text = (set: FieldSet): string => JSON.stringify(formatFieldsV1(set));

describe('fields of objects', () => {
  it.each((golden('field-sets') as readonly Case[]).map((each, index) => ({ index, ...each })))(
    'M31 M34 case $index: $kind',
    ({ kind, live, changed, ...expected }) => {
      const type = typeOf(kind);
      const mine = fieldsOf(type, live);
      const theirs = fieldsOf(type, changed);
      const { added, modified, removed } = compare(type, live, changed);
      expect({
        fields: text(mine),
        added: text(added),
        modified: text(modified),
        removed: text(removed),
        union: text(union(mine, theirs)),
        difference: text(difference(mine, theirs)),
        intersection: text(intersection(mine, theirs)),
        withChildren: text(differenceWithChildren(mine, theirs)),
      }).toEqual({
        fields: JSON.stringify(expected.fields),
        added: JSON.stringify(expected.compare.added),
        modified: JSON.stringify(expected.compare.modified),
        removed: JSON.stringify(expected.compare.removed),
        union: JSON.stringify(expected.union),
        difference: JSON.stringify(expected.difference),
        intersection: JSON.stringify(expected.intersection),
        withChildren: JSON.stringify(expected.withChildren),
      });
      if (expected.paths !== undefined) expect(fieldPaths(mine)).toEqual(expected.paths);
    },
  );
});

describe('FieldsV1', () => {
  it.each(golden('fields-v1') as readonly Parse[])('M36 reads and writes $name', ({ fields, out, paths, err }) => {
    if (err !== undefined) {
      expect(() => parseFieldsV1(fields)).toThrow(SyntaxError);
      return;
    }
    const set = parseFieldsV1(fields);
    expect(text(set)).toBe(JSON.stringify(out));
    expect(fieldPaths(set)).toEqual(paths);
  });

  it('knows when writing again would change nothing', () => {
    const isCanonical = (fields: unknown): boolean => {
      const reader = new FieldsV1Reader();
      const set = reader.read(fields);
      expect(reader.isCanonical && text(set) !== JSON.stringify(fields)).toBe(false);
      return reader.isCanonical;
    };
    for (const { out } of golden('fields-v1') as readonly Parse[])
      if (out !== undefined) expect(isCanonical(out)).toBe(true);
    expect(isCanonical({ 'f:b': {}, 'f:a': {} })).toBe(false);
    expect(isCanonical({ 'f:a': { 'f:b': {}, '.': {} } })).toBe(false);
    expect(isCanonical({ 'f:a': { '.': {} } })).toBe(false);
    expect(isCanonical({ 'f:a': null })).toBe(false);
    expect(isCanonical({ 'x:a': {} })).toBe(false);
    expect(isCanonical({ 'v: 1': {} })).toBe(false);
  });
});

describe('field sets', () => {
  const ab = fieldSet(['a', 'b']);
  const a = fieldSet(['a']);

  it('are made of paths', () => {
    expect(text(fieldSet(['status'], ['metadata', 'labels'], ['metadata']))).toBe(
      '{"f:metadata":{".":{},"f:labels":{}},"f:status":{}}',
    );
    expect(pathSet([])).toBe(noFields);
  });

  it('lose children only when asked', () => {
    expect(difference(ab, a)).toBe(ab);
    expect(differenceWithChildren(ab, a).size).toBe(0);
    expect(text(differenceWithChildren(union(a, ab), ab))).toBe('{"f:a":{}}');
  });

  it('share what did not change', () => {
    expect(union(ab, noFields)).toBe(ab);
    expect(union(noFields, ab)).toBe(ab);
    expect(union(ab, fieldSet(['a', 'b']))).toBe(ab);
    expect(difference(ab, fieldSet(['c']))).toBe(ab);
    expect(intersection(ab, ab)).toBe(ab);
  });

  it('are compared by members', () => {
    expect(isSubset(a, union(a, ab))).toBe(true);
    expect(isSubset(a, ab)).toBe(false);
    expect(sameFields(union(a, ab), union(ab, a))).toBe(true);
    expect(sameFields(a, ab)).toBe(false);
    expect(sameFields(fieldSet(['x']), a)).toBe(false);
  });
});

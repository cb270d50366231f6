import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { StatusError } from '../../api/status.ts';
import { difference, fieldSet, sameFields } from '../fields/field-set.ts';
import { formatFieldsV1, parseFieldsV1 } from '../fields/fields-v1.ts';
import { isObject, type JsonObject } from '../json/json-object.ts';
import { anyJson, valueOf } from '../testdata/arbitrary.ts';
import { deepFreeze, plain } from '../testdata/golden.ts';
import { typeOf } from '../testdata/kinds.ts';
import { compare } from '../typed/compare.ts';
import { fieldsOf } from '../typed/fields-of.ts';
import { applyServerSide } from './apply-server-side.ts';
import { parseManagedFields } from './managed-fields.ts';
import { entriesOf } from './managed-object.ts';
import { ownedByAnybody, withoutIdentity } from './ownership.ts';
import { updateManagedFields } from './update-managed-fields.ts';

const type = typeOf('example.com/v1/Widget');
const identity = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w', uid: 'u' } };
const widgets = valueOf(type).map((value): JsonObject => ({ ...identity, ...(isObject(value) ? value : {}) }));

/** Widgets without empty containers and nulls, which upstream turns into each other, and never without any field. */
const solidWidgets = widgets.map((widget): JsonObject => {
  const solid = withoutEmpties(widget);
  const spec = isObject(solid) && isObject(solid['spec']) ? solid['spec'] : {};
  return { ...(isObject(solid) ? solid : {}), spec: { replicas: 1, ...spec } };
});

function withoutEmpties(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpties).filter((item) => item !== undefined);
  if (!isObject(value)) return value ?? undefined;
  const entries = Object.entries(value).map(([key, member]) => [key, withoutEmpties(member)] as const);
  const kept = entries.filter(([, member]) => member !== undefined && !(Array.isArray(member) && member.length === 0));
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

const managers = fc.constantFrom('a', 'b', 'c');
const at = (second: number): string => `2020-01-01T00:00:0${second}Z`;
const common = { type, apiVersion: 'example.com/v1', kind: 'Widget' };

/** The object as a client sends it back, managed fields and all. */
const returned = (object: JsonObject, live: JsonObject | undefined): JsonObject =>
  live === undefined ? { ...object, metadata: { name: 'w' } } : { ...object, metadata: live['metadata'] };

function applied(live: JsonObject | undefined, body: JsonObject, manager: string, now: string): JsonObject {
  const { metadata: _, ...rest } = body;
  const config = deepFreeze({ ...rest, metadata: { name: 'w' } });
  const result = applyServerSide({ ...common, live, applied: config, manager, force: true, now });
  if (!('object' in result)) throw new Error('force does not conflict');
  return deepFreeze({ ...result.object, metadata: { ...(result.object['metadata'] as object), uid: 'u' } });
}

const owned = (object: JsonObject) => ownedByAnybody(parseManagedFields(entriesOf(object)));

describe('updates', () => {
  it('M34 leave every field of the object with an owner, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(solidWidgets, managers), { minLength: 1, maxLength: 4 }), (writes) => {
        let live: JsonObject | undefined;
        for (const [index, [object, manager]] of writes.entries()) {
          const newObject = deepFreeze(returned(object, live));
          live = updateManagedFields({ ...common, liveObject: live, newObject, manager, now: at(index) });
          live = deepFreeze({ ...live, metadata: { ...(live['metadata'] as object), uid: 'u' } });
          const everything = withoutIdentity(compare(type, {}, { ...object, metadata: identity.metadata }).added);
          expect(formatFieldsV1(owned(live))).toEqual(formatFieldsV1(everything));
        }
      }),
    );
  });

  it('that change nothing change no record', () => {
    fc.assert(
      fc.property(widgets, managers, managers, (object, first, second) => {
        const create = {
          ...common,
          liveObject: undefined,
          newObject: returned(object, undefined),
          manager: first,
          now: at(1),
        };
        const created = updateManagedFields(create);
        const live = deepFreeze({ ...created, metadata: { ...(created['metadata'] as object), uid: 'u' } });
        const again = updateManagedFields({
          ...common,
          liveObject: live,
          newObject: live,
          manager: second,
          now: at(2),
        });
        expect(again).toEqual(live);
      }),
    );
  });

  it('never throw', () => {
    const objects = anyJson.map((value): JsonObject => (isObject(value) ? value : { spec: value }));
    const entries = fc.record({
      metadata: fc.record({ managedFields: anyJson, uid: fc.constant('u') }),
      spec: anyJson,
    });
    const any = fc.oneof(
      objects,
      entries.map((value): JsonObject => plain(value) as JsonObject),
    );
    fc.assert(
      fc.property(any, any, (liveObject, newObject) => {
        updateManagedFields({
          ...common,
          liveObject: deepFreeze(liveObject),
          newObject: deepFreeze(newObject),
          manager: 'm',
          now: at(1),
        });
      }),
    );
  });
});

describe('server-side apply', () => {
  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(solidWidgets, managers), { minLength: 1, maxLength: 3 }), (writes) => {
        let live: JsonObject | undefined;
        for (const [index, [body, manager]] of writes.entries()) {
          live = applied(live, body, manager, at(index));
          expect(plain(applied(live, body, manager, at(9)))).toEqual(plain(live));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('M30 by one manager alone leaves what was applied last', () => {
    fc.assert(
      fc.property(solidWidgets, solidWidgets, (first, second) => {
        const both = applied(applied(undefined, first, 'a', at(1)), second, 'a', at(2));
        const only = applied(undefined, second, 'a', at(2));
        const fields = (object: JsonObject) => formatFieldsV1(withoutNulls(fieldsOf(type, object), object));
        expect(fields(both)).toEqual(fields(only));
      }),
    );
  });

  /** A container that loses all it had stays as null, which decoding takes away. */
  const withoutNulls = (set: ReturnType<typeof fieldsOf>, object: JsonObject) =>
    difference(set, fieldSet(...nullPaths(object, [])));

  function nullPaths(value: unknown, path: readonly string[]): readonly (readonly string[])[] {
    if (value === null) return [path];
    return isObject(value) ? Object.keys(value).flatMap((key) => nullPaths(value[key], [...path, key])) : [];
  }

  it('refuses garbage or takes it, and never touches its inputs', () => {
    const bodies = fc.oneof(
      anyJson,
      anyJson.map((value) => ({ ...identity, ...(isObject(value) ? value : { spec: value }) })),
    );
    fc.assert(
      fc.property(bodies, bodies, fc.boolean(), (live, body, force) => {
        const request = {
          ...common,
          live: isObject(live) ? live : {},
          applied: body,
          manager: 'kubectl',
          force,
          now: at(1),
        };
        try {
          applyServerSide(deepFreeze(request));
        } catch (error) {
          expect(error).toBeInstanceOf(StatusError);
        }
      }),
    );
  });
});

describe('FieldsV1', () => {
  it('M36 reads back what it wrote, and refuses garbage with one class of error', () => {
    fc.assert(
      fc.property(widgets, (object) => {
        const set = fieldsOf(type, object);
        expect(sameFields(parseFieldsV1(plain(formatFieldsV1(set))), set)).toBe(true);
      }),
    );
    fc.assert(
      fc.property(anyJson, (value) => {
        try {
          parseFieldsV1(value);
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError);
        }
      }),
    );
  });
});

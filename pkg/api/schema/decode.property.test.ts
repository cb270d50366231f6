import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { DecodeError, decodeJson, decodeJsonText, schemaOf } from './index.ts';
import type { StructType, Type } from './types.ts';

const kinds = [
  ['', 'v1', 'Service'],
  ['', 'v1', 'Pod'],
  ['discovery.k8s.io', 'v1', 'EndpointSlice'],
  ['coordination.k8s.io', 'v1', 'Lease'],
  ['apiextensions.k8s.io', 'v1', 'CustomResourceDefinition'],
  ['authentication.k8s.io', 'v1', 'TokenReview'],
].map(([group = '', version = '', kind = '']) => schemaOf(group, version, kind) as StructType);

const mapKey = fc.constantFrom('a', 'b', 'app', '__proto__', 'constructor', 'toString', 'é', 'z/y');

/** Values that fit the schema most of the time, with what careless clients write in between. */
function valueFor(type: Type, depth: number): fc.Arbitrary<unknown> {
  const wrong = fc.constantFrom<unknown>(null, 1, -0, 1.5, true, 'x', [], {}, [null], { x: 1 });
  return fc.oneof({ weight: 30, arbitrary: fitting(type, depth) }, { weight: 1, arbitrary: wrong });
}

function fitting(type: Type, depth: number): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case 'struct': {
      if (depth === 0) return fc.constant({});
      const fields = type.fields.map(({ json, type }) => fc.tuple(fc.constant(json), valueFor(type, depth - 1)));
      const unknown = fc.tuple(fc.constantFrom('foo', '__proto__'), fc.constant<unknown>({ x: [1] }));
      return fc.array(fc.oneof(...fields, unknown), { maxLength: 6 }).map((entries) => objectOf(entries));
    }
    case 'list':
      return fc.array(valueFor(type.item, depth), { maxLength: 2 });
    case 'map':
      return fc.array(fc.tuple(mapKey, valueFor(type.value, depth)), { maxLength: 4 }).map(objectOf);
    case 'string':
      return fc.constantFrom('', 'a', 'TCP', 'a\ud800b', '<&>', '😀');
    case 'bool':
      return fc.boolean();
    case 'int32':
    case 'int64':
      return fc.constantFrom(0, 1, -1, 80, 2147483647);
    case 'float64':
      return fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (number === 0 ? 0 : number));
    case 'bytes':
      return fc.constantFrom('', 'YQ==', 'YR==', 'YWJj\n');
    case 'time':
      return fc.constantFrom('2026-01-02T03:04:05Z', '2026-01-02T03:04:05.5+02:00', '0001-01-01T00:00:01Z');
    case 'microTime':
      return fc.constantFrom('2026-01-02T03:04:05.123456Z', '2026-01-02T03:04:05.000000-01:00');
    case 'duration':
      return fc.constant('1s');
    case 'quantity':
      return fc.constantFrom('1', '0', '1000m', '1.5Gi', '1e3', '+5', '0.1Ki');
    case 'intOrString':
      return fc.constantFrom<unknown>(0, 80, 'http', '');
    case 'rawExtension':
    case 'fieldsV1':
    case 'json':
      return fc.constantFrom<unknown>({ b: 1, a: [null] }, 'x', 1, true, [{ type: 'string' }]);
  }
}

/** As JSON.parse makes it: `__proto__` is an own key. */
function objectOf(entries: readonly (readonly [string, unknown])[]): unknown {
  const unique = new Map(entries);
  return JSON.parse(`{${[...unique].map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join()}}`);
}

const sample = fc.constantFrom(...kinds).chain((type) => valueFor(type, 5).map((value) => ({ type, value })));

describe('decodeJson', () => {
  it('throws nothing but DecodeError, and its results are canonical already', () => {
    let decodedCount = 0;
    fc.assert(
      fc.property(sample, ({ type, value }) => {
        let decoded: Record<string, unknown>;
        try {
          decoded = decodeJson(type, value).object;
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
          return;
        }
        decodedCount += 1;
        const text = JSON.stringify(decoded);
        const again = decodeJson(type, JSON.parse(text));
        expect(again.problems).toEqual([]);
        expect(JSON.stringify(again.object)).toBe(text);
      }),
      { numRuns: 400 },
    );
    expect(decodedCount).toBeGreaterThan(100);
  });

  it('throws nothing but DecodeError for any JSON at all, and any text', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.oneof(fc.json(), fc.string()), (type, text) => {
        try {
          expect(typeof decodeJsonText(type, text).object).toBe('object');
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('gives the same answer through the ordered way as through JSON.parse', () => {
    fc.assert(
      fc.property(sample, ({ type, value }) => {
        const text = JSON.stringify(value);
        // A duplicate key that changes nothing sends the text the other way.
        const twice = text.startsWith('{') && text !== '{}' ? `{"nobody":0,"nobody":0,${text.slice(1)}` : text;
        expect(outcome(() => decodeJsonText(type, twice).object)).toEqual(
          outcome(() => decodeJson(type, value).object),
        );
      }),
      { numRuns: 200 },
    );
  });
});

function outcome(run: () => unknown): string {
  try {
    return JSON.stringify(run());
  } catch (error) {
    return error instanceof DecodeError ? error.message : `bug: ${String(error)}`;
  }
}

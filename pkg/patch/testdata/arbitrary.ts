/** Random JSON for property tests: free, hostile, or fitting a schema. */
import * as fc from 'fast-check';
import type { Type } from '../../api/schema/types.ts';

const hostile = ['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty', ''];
const wire = [
  'apiVersion',
  'kind',
  'metadata',
  'spec',
  'name',
  'labels',
  'finalizers',
  'ports',
  'port',
  'managedFields',
];
const directives = [
  '$patch',
  '$retainKeys',
  '$setElementOrder/ports',
  '$deleteFromPrimitiveList/finalizers',
  '$setElementOrder',
];

const object = (key: fc.Arbitrary<string>, value: fc.Arbitrary<unknown>): fc.Arbitrary<Record<string, unknown>> =>
  fc.array(fc.tuple(key, value), { maxLength: 4 }).map((entries) => Object.fromEntries(entries));

const scalar = fc.oneof(
  fc.constantFrom(null, true, false, 0, 1, 80, -1, 1.5, 'a', 'b', 'delete', 'replace', 'v1', 'Service', ''),
  fc.string({ maxLength: 3 }),
);

function jsonWith(keys: readonly string[]): fc.Arbitrary<unknown> {
  return fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 4, depthSize: 'small' }, scalar, tie('list'), tie('object')),
    list: fc.array(tie('value'), { maxLength: 3 }),
    object: object(fc.constantFrom('a', 'b', 'c', ...keys), tie('value')),
  })).value;
}

/** Any JSON, with keys that look like anything this package knows. */
export const anyJson = jsonWith([...hostile, ...wire, ...directives, 'f:a', 'k:{"a":1}', '.']);

/** Any JSON without the words of strategic merge patch. */
export const tameJson = jsonWith(hostile);

export const tameObject = object(fc.constantFrom('a', 'b', 'c', ...hostile), tameJson);

/** A value that fits `type`; lists with keys have no two elements of one key. */
export function valueOf(type: Type): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case 'struct': {
      const fields = type.fields.filter(({ json }) => json !== 'apiVersion' && json !== 'kind' && json !== 'metadata');
      const members = Object.fromEntries(fields.map((field) => [field.json, valueOf(field.type)]));
      return fc.record(members, { requiredKeys: [], noNullPrototype: true });
    }
    case 'map':
      return object(fc.constantFrom('a', 'b', ...hostile), valueOf(type.value));
    case 'list':
      return listOf(type.item, type.list, type.keys);
    case 'bool':
      return fc.boolean();
    case 'int32':
    case 'int64':
      return fc.constantFrom(0, 1, 80);
    case 'float64':
      return fc.constantFrom(0, 1.5);
    case 'intOrString':
      return fc.constantFrom(1, 'http');
    case 'json':
    case 'rawExtension':
    case 'fieldsV1':
      return tameJson;
    case 'string':
    case 'bytes':
    case 'time':
    case 'microTime':
    case 'duration':
    case 'quantity':
      return fc.constantFrom('a', 'b', '__proto__');
  }
}

function listOf(item: Type, list: 'atomic' | 'set' | 'map', keys: readonly string[]): fc.Arbitrary<unknown[]> {
  if (list === 'atomic') return fc.array(valueOf(item), { maxLength: 3 });
  if (list === 'set')
    return fc.uniqueArray(valueOf(item), { maxLength: 3, selector: (value) => JSON.stringify(value) });
  const keyed = fc
    .tuple(valueOf(item), ...keys.map((key) => valueOf(keyType(item, key))))
    .map(([element, ...values]) =>
      Object.assign({}, element, Object.fromEntries(keys.map((key, index) => [key, values[index]]))),
    );
  const selector = (element: Record<string, unknown>): string => JSON.stringify(keys.map((key) => element[key]));
  return fc.uniqueArray(keyed, { maxLength: 3, selector });
}

const keyType = (item: Type, key: string): Type =>
  (item.kind === 'struct' ? item.byJson.get(key)?.type : undefined) ?? { kind: 'string' };

/** No two equal elements in a set, no two with the same keys in a map list. */
import type { FieldError } from '../api/field-error.ts';
import { goJson } from '../validation/formats/quote.ts';
import { duplicate, invalid } from '../validation/errors.ts';
import { additionalOf, isObject, itemsOf, propertyOf, type JsonObject, type Schema } from './schema.ts';
import { shown } from './validate-value.ts';

export function validateListTypes(schema: Schema | undefined, value: unknown, path = ''): FieldError[] {
  if (schema === undefined) return [];
  if (Array.isArray(value)) {
    return [
      ...ofList(schema, value, path),
      ...value.flatMap((item, index) => validateListTypes(itemsOf(schema), item, `${path}[${index}]`)),
    ];
  }
  if (!isObject(value)) return [];
  const more = additionalOf(schema);
  return Object.keys(value).flatMap((key) => {
    const property = propertyOf(schema, key);
    if (property !== undefined) return validateListTypes(property, value[key], path === '' ? key : `${path}.${key}`);
    return more === undefined ? [] : validateListTypes(more, value[key], `${path}[${key}]`);
  });
}

function ofList(schema: Schema, list: readonly unknown[], path: string): FieldError[] {
  switch (schema['x-kubernetes-list-type']) {
    case 'set':
      return repeated(list).map((index) => duplicate(`${path}[${index}]`, shown(list[index])));
    case 'map':
      return ofMapList(schema['x-kubernetes-list-map-keys'] ?? [], list, path);
    default:
      return [];
  }
}

function ofMapList(names: readonly string[], list: readonly unknown[], path: string): FieldError[] {
  const odd = list.findIndex((item) => item !== null && !isObject(item));
  if (odd >= 0) {
    return [invalid(`${path}[${odd}]`, shown(list[odd]), 'must be an object for an array of list-type map')];
  }
  const keys = list.map((item) => {
    const key: JsonObject = {};
    for (const name of names) if (isObject(item) && Object.hasOwn(item, name)) key[name] = item[name];
    return key;
  });
  return repeated(keys).map((index) => duplicate(`${path}[${index}]`, shown(keys[index])));
}

/** Where something comes for the second time; a third time is not told. */
function repeated(list: readonly unknown[]): number[] {
  const seen = new Map<string, number>();
  const found: number[] = [];
  for (const [index, item] of list.entries()) {
    const text = goJson(sortedDeep(item));
    const times = (seen.get(text) ?? 0) + 1;
    seen.set(text, times);
    if (times === 2) found.push(index);
  }
  return found;
}

function sortedDeep(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedDeep);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortedDeep(value[key])]),
  );
}

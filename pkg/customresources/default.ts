/** Defaults of a schema, filled in from the outside in: a default may bring an object whose fields have defaults. */
import { setOwn } from '../api/schema/open-map.ts';
import { additionalOf, isObject, itemsOf, propertyOf, type Schema } from './schema.ts';

/** Changes `value` in place. */
export function applyDefaults(value: unknown, schema: Schema | undefined): void {
  if (schema === undefined) return;
  if (Array.isArray(value)) {
    const items = itemsOf(schema);
    for (const [index, item] of value.entries()) {
      if (wantsDefault(item, items)) value[index] = structuredClone(items?.default ?? null);
      applyDefaults(value[index], items);
    }
    return;
  }
  if (!isObject(value)) return;
  for (const key of Object.keys(schema.properties ?? {})) {
    const initial = propertyOf(schema, key)?.default;
    if (initial === undefined) continue;
    if (!Object.hasOwn(value, key) || wantsDefault(value[key], propertyOf(schema, key))) {
      setOwn(value, key, structuredClone(initial));
    }
  }
  for (const key of Object.keys(value)) {
    const property = propertyOf(schema, key);
    const inner = property ?? additionalOf(schema);
    if (property === undefined && wantsDefault(value[key], inner))
      setOwn(value, key, structuredClone(inner?.default ?? null));
    applyDefaults(value[key], inner);
  }
}

const wantsDefault = (value: unknown, schema: Schema | undefined): boolean =>
  value === null && schema !== undefined && schema.nullable !== true;

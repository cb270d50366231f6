/** Values as CEL sees them: whole numbers and fractions apart, times as times, names that CEL cannot spell escaped. */
import { additionalOf, isObject, itemsOf, propertyOf, type Schema } from './schema.ts';

export function toCel(value: unknown, schema?: Schema, isRoot = false): unknown {
  if (typeof value === 'number') {
    return schema?.type === 'number' || !Number.isSafeInteger(value) ? value : BigInt(value);
  }
  if (typeof value === 'string') return schema?.format === 'date-time' ? new Date(value) : value;
  if (Array.isArray(value)) return value.map((item) => toCel(item, itemsOf(schema)));
  if (!isObject(value)) return value;
  const out = new Map<string, unknown>();
  for (const key of Object.keys(value)) {
    const property = propertyOf(schema, key);
    if (isRoot && key === 'metadata') out.set(key, nameOnly(value[key]));
    else if (property !== undefined) {
      const inner = toCel(value[key], property);
      out.set(escaped(key), inner);
      // Newer versions of the language let a word like `namespace` stand as a field.
      if (reserved.has(key)) out.set(key, inner);
    } else out.set(key, toCel(value[key], additionalOf(schema)));
  }
  return out;
}

/** Of metadata, rules see the names only. */
function nameOnly(metadata: unknown): Map<string, unknown> {
  const names = isObject(metadata) ? metadata : {};
  return new Map(['name', 'generateName'].flatMap((key) => (Object.hasOwn(names, key) ? [[key, names[key]]] : [])));
}

const reserved: ReadonlySet<string> = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

export function escaped(name: string): string {
  if (reserved.has(name)) return `__${name}__`;
  return name
    .replaceAll('__', '__underscores__')
    .replaceAll('.', '__dot__')
    .replaceAll('-', '__dash__')
    .replaceAll('/', '__slash__');
}

/** Entries of the largest list or map in a value. */
export function largestIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((most, item) => Math.max(most, largestIn(item)), value.length);
  if (!isObject(value)) return 0;
  const inner = Object.values(value);
  return inner.reduce<number>((most, item) => Math.max(most, largestIn(item)), inner.length);
}

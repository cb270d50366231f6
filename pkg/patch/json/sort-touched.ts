/** The order of fields in a patched document: what upstream's patches have gone through comes out with sorted keys. */
import { compareBytes } from './byte-order.ts';
import { isList, isObject, own, put } from './json-object.ts';

/** `before` is the document the patch was applied to; parts that are still the same object keep their order. */
export function sortTouched(value: unknown, before: unknown): unknown {
  if (value === before) return value;
  if (isList(value)) {
    const earlier = isList(before) ? before : [];
    return value.map((item, index) => sortTouched(item, earlier[index]));
  }
  if (!isObject(value)) return value;
  const earlier = isObject(before) ? before : {};
  const sorted: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort(compareBytes)) put(sorted, key, sortTouched(value[key], own(earlier, key)));
  return sorted;
}

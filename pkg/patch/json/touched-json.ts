/** The text of a patched document as upstream shows it: what a patch has gone through comes out with sorted keys. */
import { compareBytes } from './byte-order.ts';
import { goJsonScalar, goJsonString } from './go-json.ts';
import { isList, isObject, own } from './json-object.ts';

/** `before` is the document the patch was applied to; parts that are still the same object keep their order. */
export function touchedJson(value: unknown, before: unknown): string {
  if (typeof value === 'string') return goJsonString(value);
  if (isList(value)) {
    const earlier = isList(before) ? before : [];
    return `[${value.map((item, index) => touchedJson(item, earlier[index])).join(',')}]`;
  }
  if (!isObject(value)) return goJsonScalar(value);
  const keys = value === before ? Object.keys(value) : Object.keys(value).sort(compareBytes);
  const earlier = isObject(before) ? before : {};
  return `{${keys.map((key) => `${goJsonString(key)}:${touchedJson(value[key], own(earlier, key))}`).join(',')}}`;
}

/**
 * The decoder shows what Go shows: an absent list or pointer without `omitempty` is null. Rules are about what is
 * there, so they see such fields as absent.
 */

/** The very value when nothing in it is null. */
export function withoutNulls<T>(value: T): T {
  if (Array.isArray(value)) return withItems(value) as T;
  if (typeof value !== 'object' || value === null) return value;
  let changed = false;
  const entries: [string, unknown][] = [];
  for (const [key, item] of Object.entries(value)) {
    const next: unknown = withoutNulls(item);
    if (next !== item || item === null) changed = true;
    if (item !== null) entries.push([key, next]);
  }
  return changed ? (Object.fromEntries(entries) as T) : value;
}

function withItems(list: unknown[]): unknown[] {
  const items = list.map((item) => withoutNulls(item));
  return items.some((item, index) => item !== list[index]) ? items : list;
}

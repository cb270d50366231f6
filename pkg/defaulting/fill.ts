/**
 * Filling gaps without touching the input. Both functions return the very object when nothing was missing, so that
 * defaulting a complete object (every read from storage) allocates nothing.
 */

/** For Go pointers: absent means absent, a written zero stays. */
export function fill<T extends object>(object: T, defaults: Partial<T>): T {
  return merge(object, defaults, (value) => value === undefined || value === null);
}

/** For plain Go values: empty text and zero count as absent too. */
export function fillZero<T extends object>(object: T, defaults: Partial<T>): T {
  return merge(object, defaults, (value) => value === undefined || value === null || value === '' || value === 0);
}

function merge<T extends object>(object: T, defaults: Partial<T>, missing: (value: unknown) => boolean): T {
  let result: T | undefined;
  for (const key of Object.keys(defaults) as (keyof T)[]) {
    if (!missing(object[key]) || defaults[key] === undefined) continue;
    result ??= { ...object };
    Object.assign(result, { [key]: defaults[key] });
  }
  return result ?? object;
}

/** Applies `change` to a field that is present. */
export function inside<T extends object, K extends keyof T>(
  object: T,
  key: K,
  change: (value: NonNullable<T[K]>) => NonNullable<T[K]>,
): T {
  const value = object[key];
  if (value === undefined || value === null) return object;
  const changed = change(value);
  return changed === value ? object : { ...object, [key]: changed };
}

/** `map` that keeps the list when no item changed. */
export function each<T>(list: readonly T[], change: (item: T) => T): T[] {
  let changed = false;
  const result = list.map((item) => {
    const next = change(item);
    if (next !== item) changed = true;
    return next;
  });
  return changed ? result : (list as T[]);
}

/** The object without some of its fields. */
export function without<T extends object>(object: T, ...keys: (keyof T)[]): T {
  if (!keys.some((key) => object[key] !== undefined)) return object;
  const result = { ...object };
  for (const key of keys) delete result[key];
  return result;
}

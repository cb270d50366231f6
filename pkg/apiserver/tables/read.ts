/** Reading cells out of objects whose shape is known only by convention: every step may be missing. */

export type Json = { readonly [key: string]: unknown };

export function at(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const step of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) return undefined;
    current = (current as Json)[step];
  }
  return current;
}

/** A string, or what stands in for it. */
export function text(value: unknown, path: readonly string[], fallback = ''): string {
  const found = at(value, ...path);
  return typeof found === 'string' && found !== '' ? found : fallback;
}

/** A number or a string as it prints: an int-or-string, a count. */
export function scalar(value: unknown, path: readonly string[], fallback: string): string {
  const found = at(value, ...path);
  return typeof found === 'number' || typeof found === 'string' ? String(found) : fallback;
}

export function count(value: unknown, ...path: readonly string[]): number {
  const found = at(value, ...path);
  return typeof found === 'number' ? found : 0;
}

export function list(value: unknown, ...path: readonly string[]): readonly Json[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? (found as Json[]) : [];
}

export function strings(value: unknown, ...path: readonly string[]): readonly string[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found.map(String) : [];
}

export function keyCount(value: unknown, ...path: readonly string[]): number {
  const found = at(value, ...path);
  return typeof found === 'object' && found !== null ? Object.keys(found).length : 0;
}

/** `a,b,c + 2 more...` */
export function firstThree(items: readonly string[], total = items.length): string {
  const shown = items.slice(0, 3).join(',');
  return total > 3 ? `${shown} + ${total - 3} more...` : shown;
}

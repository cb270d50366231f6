/** Maps with keys of the user's choosing, as ordinary objects. */

/** S35: `__proto__` is a legal key. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  } else target[key] = value;
}

const surrogate = /[\ud800-\udfff]/;

/** Whether the keys stand in the order of their UTF-8 bytes, which is how Go prints maps. */
export function inByteOrder(keys: readonly string[]): boolean {
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at] ?? '';
    if (surrogate.test(key)) return keys.length === 1;
    if (at > 0 && key < (keys[at - 1] ?? '')) return false;
  }
  return true;
}

/** The keys in byte order; sorts in place. */
export function sortKeys(keys: string[]): string[] {
  return keys.some((key) => surrogate.test(key)) ? keys.sort(byCodePoint) : keys.sort();
}

/** The same map in byte order. (Keys that look like array indexes come first whatever we do: JavaScript.) */
export function sorted(source: Record<string, unknown>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const key of sortKeys(Object.keys(source))) setOwn(out, key, source[key]);
  return out;
}

/** UTF-16 puts what lies beyond the basic plane before U+E000; UTF-8 does not. */
function byCodePoint(a: string, b: string): number {
  for (let at = 0; at < a.length && at < b.length; at++) {
    const [left = 0, right = 0] = [a.codePointAt(at), b.codePointAt(at)];
    if (left !== right) return left - right;
  }
  return a.length - b.length;
}

/** Negative: `a` is older. Zero: the same. Positive: `a` is newer. Undefined: nobody can tell. */
export type VersionOrder = number | undefined;

/**
 * IN26: versions are decimal integers of any length. Text that is not makes the order unknown, never equal and never
 * a crash.
 */
export function compareVersions(a: string, b: string): VersionOrder {
  if (a.length === b.length && a === b) return isVersion(a) ? 0 : undefined;
  if (!isVersion(a) || !isVersion(b)) return undefined;
  const left = significant(a);
  const right = significant(b);
  if (left.length !== right.length) return left.length - right.length;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** True only when it is certain that `version` has reached `wanted`. */
export function isAtLeast(version: string, wanted: string): boolean {
  const order = compareVersions(version, wanted);
  return order !== undefined && order >= 0;
}

function isVersion(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 57) return false;
  }
  return text.length > 0;
}

function significant(digits: string): string {
  return digits.startsWith('0') ? digits.replace(/^0+(?=\d)/, '') : digits;
}

/**
 * Label and annotation maps come from users: a key may be `constructor` or `__proto__`. Everything here looks at own
 * keys only and copies without assigning.
 */
export type StringMap = Readonly<Record<string, string>>;

const nothing: ReadonlySet<string> = new Set();

/** The value of an own key; never something inherited. */
export function valueOf(map: StringMap | undefined, key: string): string | undefined {
  return map !== undefined && map !== null && Object.hasOwn(map, key) ? map[key] : undefined;
}

/** A copy without some keys. */
export function withoutKeys(map: StringMap | undefined, keys: ReadonlySet<string>): Record<string, string> {
  return Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => !keys.has(key)));
}

/** Equal apart from some keys; an absent map equals an empty one. */
export function sameEntries(
  left: StringMap | undefined,
  right: StringMap | undefined,
  ignoring: ReadonlySet<string> = nothing,
): boolean {
  const count = (map: StringMap | undefined): number =>
    Object.keys(map ?? {}).reduce((sum, key) => (ignoring.has(key) ? sum : sum + 1), 0);
  return (
    count(left) === count(right) &&
    Object.keys(left ?? {}).every(
      (key) => ignoring.has(key) || (valueOf(right, key) !== undefined && valueOf(left, key) === valueOf(right, key)),
    )
  );
}

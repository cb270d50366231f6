/** Keys from `start` inclusive to `end` exclusive; no end: to the last. */
export interface KeyRange {
  readonly start: string;
  readonly end: string | undefined;
}

/** The keys with that prefix, from `startKey` on. */
export function keyRange(prefix: string, startKey = ''): KeyRange {
  return { start: startKey > prefix ? startKey : prefix, end: prefixEnd(prefix) };
}

/** The smallest string, by code point, behind all strings with that prefix; undefined: there is none. */
export function prefixEnd(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    if (last === 0x10ffff) continue;
    const next = last === 0xd7ff ? 0xe000 : last + 1;
    return String.fromCodePoint(...points, next);
  }
  return undefined;
}

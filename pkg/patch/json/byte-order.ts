/**
 * Order of two strings by their UTF-8 bytes, which is how Go sorts. JavaScript compares UTF-16 units, and the two
 * disagree only where a surrogate pair (U+10000 and above) meets U+E000 to U+FFFF.
 */
export function compareBytes(left: string, right: string): number {
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return rank(a) - rank(b);
  }
  return left.length - right.length;
}

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;
const rank = (unit: number): number => (isSurrogate(unit) ? unit + 0x10000 : unit);

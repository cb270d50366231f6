/**
 * A21, A22, A65: where dynamic allocation looks. The lowest part of a range, the static band, is left for people who
 * ask for a particular value until the rest is full; nothing is ever reserved for them exclusively.
 */

/** `divisor` 16 and `cap` 256 for addresses, 32 and 128 for node ports. Ranges up to 16 have no band. */
function bandOf(size: bigint, divisor: bigint, cap: bigint): bigint {
  if (size <= 16n) return 0n;
  const share = size / divisor;
  if (share < 16n) return 16n;
  return share > cap ? cap : share;
}

/** `size` is 2^hostbits, network and broadcast included. */
export const addressBand = (size: bigint): bigint => bandOf(size, 16n, 256n);

export const nodePortBand = (size: number): number => Number(bandOf(BigInt(size), 32n, 128n));

/** Lowest free number in an inclusive stretch, or undefined. */
export type NextFree = (from: bigint, to: bigint) => bigint | undefined;

/** Uniform in [0, 1), as Math.random. Passed in, so that a decision can be repeated. */
export type Random = () => number;

const steps = 2 ** 32;

/** Uniform in [0, limit) for limits up to 2^64. */
export function randomBelow(limit: bigint, random: Random): bigint {
  if (limit <= BigInt(steps)) return BigInt(Math.floor(random() * Number(limit)));
  const high = BigInt(Math.floor(random() * steps));
  const low = BigInt(Math.floor(random() * steps));
  return ((high << 32n) | low) % limit;
}

/**
 * A22: from a random start in the upper part forward, around its end, then the same in the static band. `first` and
 * `last` bound the whole range, `band` is the size of its lower part.
 */
export function pickFree(
  first: bigint,
  last: bigint,
  band: bigint,
  nextFree: NextFree,
  random: Random,
): bigint | undefined {
  const upper = first + band;
  return pickWithin(upper, last, nextFree, random) ?? pickWithin(first, upper - 1n, nextFree, random);
}

function pickWithin(first: bigint, last: bigint, nextFree: NextFree, random: Random): bigint | undefined {
  if (last < first) return undefined;
  const start = first + randomBelow(last - first + 1n, random);
  return nextFree(start, last) ?? (start === first ? undefined : nextFree(first, start - 1n));
}

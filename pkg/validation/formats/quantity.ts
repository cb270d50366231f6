/** Resource quantities (`500m`, `2Gi`, `1e3`) as exact numbers, for comparing. Their text is kept as decoded. */

/** Billionths, rounded up away from zero as upstream does. */
export type Nano = bigint;

const billion = 1_000_000_000n;
const decimal = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const binary = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const form = /^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:([eE][+-]?[0-9]{1,3})|([A-Za-z]*))$/;

/** Undefined for what is no quantity. Absurd exponents are refused rather than computed. */
export function parseQuantity(text: string): Nano | undefined {
  if (text.length > 64) return undefined;
  const [, sign, whole = '', fraction = '', exponent, suffix = ''] = form.exec(text) ?? [];
  if (sign === undefined || (whole === '' && fraction === '')) return undefined;
  const scale = scaleOf(exponent, suffix);
  if (scale === undefined) return undefined;
  const digits = BigInt(whole + fraction) * scale.factor;
  const power = 9 + scale.power - fraction.length;
  const value = power >= 0 ? digits * 10n ** BigInt(power) : roundUp(digits, 10n ** BigInt(-power));
  return sign === '-' ? -value : value;
}

function scaleOf(exponent: string | undefined, suffix: string): { power: number; factor: bigint } | undefined {
  if (exponent !== undefined) return { power: Number(exponent.slice(1)), factor: 1n };
  const step = binary.indexOf(suffix);
  if (step >= 0) return { power: 0, factor: 1024n ** BigInt(step + 1) };
  const power = decimal.get(suffix);
  return power === undefined ? undefined : { power, factor: 1n };
}

const roundUp = (value: bigint, divisor: bigint): bigint => (value + divisor - 1n) / divisor;

/** No fraction left. */
export const isWhole = (value: Nano): boolean => value % billion === 0n;

/** Thousandths, rounded up: what integer resources are judged by. */
export const milliOf = (value: Nano): bigint =>
  value >= 0n ? roundUp(value, 1_000_000n) : -roundUp(-value, 1_000_000n);

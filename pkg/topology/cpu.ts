/** A Kubernetes quantity read as thousandths of a CPU. */
const suffixes: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

const quantity = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d+))?$/;

/** Rounded up, as upstream does. Zero for anything that is no quantity: such a node counts as unknown (T8). */
export function milliCpu(value: string | number | undefined): number {
  const match = quantity.exec(String(value ?? '').trim());
  if (match === null) return 0;
  const [, number = '0', suffix = '', exponent = '0'] = match;
  const milli = Number(number) * (suffixes[suffix] ?? 1) * 10 ** Number(exponent) * 1000;
  // A hair above a whole number is the binary fraction speaking: 1.1 CPUs are 1100, not 1101.
  return Math.ceil(Number(milli.toPrecision(12)));
}

/** Lists of resources with amounts, added and compared exactly and printed as upstream prints them. */
import { canonicalQuantity } from '../../api/schema/index.ts';
import { parseQuantity } from '../../validation/formats/quantity.ts';

export type Texts = Readonly<Record<string, string>>;

export interface Amount {
  /** Billionths. */
  readonly nano: bigint;
  /** The family of suffixes it is printed with. */
  readonly format: 'decimal' | 'binary';
}

export type Amounts = ReadonlyMap<string, Amount>;

const billion = 1_000_000_000n;
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

export const countOf = (count: number): Amount => ({ nano: BigInt(count) * billion, format: 'decimal' });

export function amountsOf(texts: Texts | undefined): Map<string, Amount> {
  return new Map(
    Object.entries(texts ?? {}).map(([name, text]) => [
      name,
      { nano: parseQuantity(text) ?? 0n, format: /[KMGTPE]i$/.test(text) ? 'binary' : 'decimal' },
    ]),
  );
}

export function textOf({ nano, format }: Amount): string {
  const whole = nano / billion;
  if (format === 'decimal' || nano % billion !== 0n || (whole < 1024n && whole > -1024n)) {
    return canonicalQuantity(`${nano}n`);
  }
  let [rest, step] = [whole, 0];
  while (rest % 1024n === 0n && step < binarySuffixes.length - 1) {
    rest /= 1024n;
    step += 1;
  }
  return `${rest}${binarySuffixes[step]}`;
}

export const textsOf = (amounts: Amounts): Record<string, string> =>
  Object.fromEntries([...amounts].map(([name, amount]) => [name, textOf(amount)]));

/** `a=1,b=2`, in the order of names. */
export const listed = (amounts: Amounts): string =>
  [...amounts.keys()]
    .toSorted()
    .map((name) => `${name}=${textOf(amounts.get(name) ?? countOf(0))}`)
    .join(',');

/** What is nothing takes the format of what is added to it. */
export function plus(a: Amounts, b: Amounts): Map<string, Amount> {
  const sum = new Map(a);
  for (const [name, { nano, format }] of b) {
    const before = sum.get(name);
    sum.set(
      name,
      before === undefined || before.nano === 0n ? { nano, format } : { ...before, nano: before.nano + nano },
    );
  }
  return sum;
}

/** Never below nothing. */
export function minus(a: Amounts, b: Amounts): Map<string, Amount> {
  return new Map(
    [...a].map(([name, amount]) => {
      const left = amount.nano - (b.get(name)?.nano ?? 0n);
      return [name, { ...amount, nano: left < 0n ? 0n : left }];
    }),
  );
}

export function largest(a: Amounts, b: Amounts): Map<string, Amount> {
  const result = new Map(a);
  for (const [name, amount] of b) {
    const before = result.get(name);
    if (before === undefined || before.nano < amount.nano) result.set(name, amount);
  }
  return result;
}

export function only(amounts: Amounts, names: ReadonlySet<string> | Amounts): Map<string, Amount> {
  return new Map([...amounts].filter(([name]) => names.has(name)));
}

export const nonZero = (amounts: Amounts): Map<string, Amount> =>
  new Map([...amounts].filter(([, { nano }]) => nano !== 0n));

export const sameAmounts = (a: Amounts, b: Amounts): boolean =>
  a.size === b.size && [...a].every(([name, { nano }]) => b.get(name)?.nano === nano);

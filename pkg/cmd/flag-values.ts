/** Values on the command line. */
import { InvalidArgumentError } from 'commander';

/** A whole number in a range. */
export function parseCount(from: number, to: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < from || value > to) {
      throw new InvalidArgumentError(`expected a whole number from ${from} to ${to}.`);
    }
    return value;
  };
}

/** As Go: `--flag` and `--flag=true` say the same. */
export function parseBoolean(text: string): boolean {
  if (text === 'true') return true;
  if (text === 'false') return false;
  throw new InvalidArgumentError('expected true or false.');
}

export function parsePositive(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('expected a number above 0.');
  return value;
}

/** Numbers on the command line. */
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

/** Resource quantities in CEL. */
import type { Environment } from '@marcbachmann/cel-js';
import { parseQuantity } from '../validation/formats/quantity.ts';

class Quantity {
  readonly nano: bigint;
  constructor(nano: bigint) {
    this.nano = nano;
  }

  static of(nano: bigint): Quantity {
    return new Quantity(nano);
  }

  static parse(text: string): Quantity {
    const nano = parseQuantity(text);
    if (nano === undefined) {
      throw new Error("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
    }
    return new Quantity(nano);
  }
}

export function addQuantities(environment: Environment): void {
  const type = 'kubernetes.Quantity';
  environment.registerType(type, { ctor: Quantity });
  environment.registerFunction('isQuantity(string): bool', (text: string) => parseQuantity(text) !== undefined);
  environment.registerFunction(`quantity(string): ${type}`, (text: string) => Quantity.parse(text));
  const comparing = (name: string, result: string, run: (a: bigint, b: bigint) => unknown): void => {
    environment.registerFunction(`${type}.${name}(${type}): ${result}`, (a: Quantity, b: Quantity) =>
      run(a.nano, b.nano),
    );
  };
  environment.registerOperator(`${type} == ${type}`, (a: Quantity, b: Quantity) => a.nano === b.nano);
  const number = (value: bigint): bigint => value * 1_000_000_000n;
  const adding = (name: string, run: (a: bigint, b: bigint) => bigint): void => {
    environment.registerFunction(`${type}.${name}(${type}): ${type}`, (a: Quantity, b: Quantity) =>
      Quantity.of(run(a.nano, b.nano)),
    );
    environment.registerFunction(`${type}.${name}(int): ${type}`, (a: Quantity, b: bigint) =>
      Quantity.of(run(a.nano, number(b))),
    );
  };
  adding('add', (a, b) => a + b);
  adding('sub', (a, b) => a - b);
  comparing('isGreaterThan', 'bool', (a, b) => a > b);
  comparing('isLessThan', 'bool', (a, b) => a < b);
  comparing('compareTo', 'int', (a, b) => (a < b ? -1n : a > b ? 1n : 0n));
  environment.registerFunction(`${type}.isInteger(): bool`, ({ nano }: Quantity) => nano % 1_000_000_000n === 0n);
  environment.registerFunction(`${type}.asInteger(): int`, ({ nano }: Quantity) => nano / 1_000_000_000n);
  environment.registerFunction(`${type}.asApproximateFloat(): double`, ({ nano }: Quantity) => Number(nano) / 1e9);
}

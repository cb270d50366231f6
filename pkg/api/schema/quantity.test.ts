import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { DecodeError } from './decode-error.ts';
import { canonicalQuantity } from './quantity.ts';

type Row = [given: string, canonical: string | null, error?: string];

const rows = JSON.parse(readFileSync(join(import.meta.dirname, 'testdata/quantities.json'), 'utf8')) as Row[];

function outcome(given: string): Row {
  try {
    return [given, canonicalQuantity(given.trim())];
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return [given, null, error.message];
  }
}

describe('canonicalQuantity', () => {
  it.each([
    ['1000m', '1'],
    ['0.5', '500m'],
    ['1024Ki', '1Mi'],
    ['1.5Gi', '1536Mi'],
    ['100000', '100k'],
    ['1e3', '1e3'],
  ])('M13 %s → %s', (given, expected) => {
    expect(canonicalQuantity(given)).toBe(expected);
  });

  it('agrees with every recorded answer, odd ones included', () => {
    expect(rows.length).toBeGreaterThan(400);
    expect(rows.map(([given]) => outcome(given))).toEqual(rows);
  });

  it.each(['1e-2147483647', '1e2147483647', `1${'0'.repeat(4000)}`, `0.${'0'.repeat(4000)}1`])(
    'answers at once to %.20s',
    (given) => {
      expect(canonicalQuantity(given)).toMatch(/^\d+(e-?\d+|n)?$/);
    },
  );

  it('refuses exponents that wrap around upstream, and endless digits', () => {
    expect(() => canonicalQuantity('1e2147483648')).toThrow(DecodeError);
    expect(() => canonicalQuantity('1'.repeat(5000))).toThrow(DecodeError);
  });
});

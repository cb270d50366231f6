import { expect } from '@jest/globals';

/** As `expect(left).toEqual(right)`, but ten times as fast as long as it holds. */
export function expectSame(left: unknown, right: unknown): void {
  if (JSON.stringify(left) !== JSON.stringify(right)) expect(left).toEqual(right);
}

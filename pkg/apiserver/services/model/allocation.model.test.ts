/**
 * Allocation against a model, over crashes between any two writes, restarts, concurrent requests, dry runs, records that
 * vanish or leak. `node hack/allocation-model.ts` does the same for as long as it is told to.
 */
import { describe, expect, it, jest } from '@jest/globals';
import { runModel } from './run.ts';

/** On a machine that does much else. */
jest.setTimeout(120_000);

describe('allocation, whatever happens', () => {
  it.each([1, 2, 3, 4])('never gives twice, leaks or forgets (seed %i)', async (seed) => {
    const report = await runModel(seed, 5000);
    expect(report.stored).toBeGreaterThan(300);
    expect(report.refused).toBeGreaterThan(100);
    expect(report.crashes).toBeGreaterThan(0);
  });
});

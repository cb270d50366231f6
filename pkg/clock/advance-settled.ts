import type { VirtualClock } from './virtual-clock.ts';

/**
 * Moves a virtual clock forward and, around every timer, lets whole chains of promises run out (VirtualClock.advance
 * alone gives each timer one microtask). What simulations and tests of asynchronous shells use.
 */
export async function advanceSettled(clock: VirtualClock, ms: number): Promise<void> {
  const end = clock.now() + ms;
  await promisesSettled();
  for (let due = clock.nextDue(); due !== undefined && due <= end; due = clock.nextDue()) {
    await clock.advance(due - clock.now());
    await promisesSettled();
  }
  await clock.advance(end - clock.now());
  await promisesSettled();
}

/** Resolves when every promise chain that could run without outside events has run. */
export function promisesSettled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export interface Timings {
  /** How long others wait after the last renewal they saw. 15 s by default. */
  readonly leaseDurationMs: number;
  /** How long the leader goes on without a successful renewal. 10 s by default. */
  readonly renewDeadlineMs: number;
  /** Between attempts. 2 s by default. */
  readonly retryPeriodMs: number;
}

/** LE2. */
export const defaultTimings: Timings = { leaseDurationMs: 15_000, renewDeadlineMs: 10_000, retryPeriodMs: 2000 };

/** client-go's spread of candidates. */
export const jitterFactor = 1.2;

/** LE2: throws with what was expected when the times cannot keep two leaders apart. */
export function checkTimings({ leaseDurationMs, renewDeadlineMs, retryPeriodMs }: Timings): void {
  const given = `lease duration ${leaseDurationMs} ms, renew deadline ${renewDeadlineMs} ms, retry period ${retryPeriodMs} ms`;
  const refuse = (expected: string): never => {
    throw new Error(`leader election: expected ${expected}; got ${given}`);
  };
  if (!(leaseDurationMs > 0 && renewDeadlineMs > 0 && retryPeriodMs > 0)) refuse('three positive times');
  if (leaseDurationMs % 1000 !== 0) refuse('a lease duration in whole seconds');
  if (leaseDurationMs <= renewDeadlineMs) refuse('a lease duration longer than the renew deadline');
  if (renewDeadlineMs <= jitterFactor * retryPeriodMs) {
    refuse(`a renew deadline longer than ${jitterFactor} times the retry period`);
  }
  if (leaseDurationMs - renewDeadlineMs < 2 * retryPeriodMs) {
    refuse('two retry periods between renew deadline and lease duration');
  }
}

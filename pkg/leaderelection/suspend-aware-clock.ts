import { uptime } from 'node:os';
import type { Clock } from '../clock/index.ts';

/**
 * §4.3: a clock whose monotonic time goes on while the machine sleeps. The monotonic clock of the process stands still
 * then, the uptime of the machine does not; what the latter is ahead is added. Differences below a second are noise of
 * the coarser clock.
 */
export function suspendAwareClock(clock: Clock, uptimeSeconds: () => number = uptime): Clock {
  const startedUp = uptimeSeconds() * 1000;
  const started = clock.monotonic();
  let sleptMs = 0;
  return {
    now: () => clock.now(),
    monotonic: () => {
      const awake = clock.monotonic();
      const ahead = uptimeSeconds() * 1000 - startedUp - (awake - started);
      if (ahead - sleptMs > 1000) sleptMs = ahead;
      return awake + sleptMs;
    },
    after: (delayMs, callback) => clock.after(delayMs, callback),
  };
}

import type { Command, Observation } from '../election.ts';
import type { Instant } from '../lease-record.ts';

/** An elector as the simulator runs it: told what happens, answers with what to do. */
export interface Machine {
  readonly identity: string;
  /** Absent command: go on waiting for what was commanded before. */
  step(observation: Observation, now: Instant, chance: number): Command | undefined;
  readonly isLeading: boolean;
  /** Monotonic time until which it may act on its leadership; in the past when it may not. */
  actsUntil(now: Instant): number;
  /** When the `deadline` observation is due, if ever. */
  deadlineAt(): number | undefined;
  /** How long one request may take. */
  readonly requestTimeoutMs: number;
  /** Whether it stops acting while its process is stopped: a check before each write makes the difference. */
  readonly isFenced: boolean;
  /** Whether the lease just read may be cleared on the way out (LE13). */
  mayRelease(read: { readonly holder: string }): boolean;
}

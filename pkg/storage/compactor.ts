import type { Clock } from '../clock/index.ts';
import type { CompactionTurn, Store } from './store.ts';

/** How much history stays readable. */
export interface CompactorOptions {
  /** Time between two moves of the floor, and the least age of what goes; default 5 minutes. */
  readonly intervalMs?: number;
  /** Revisions that stay whatever their age; default 1000. */
  readonly keepRevisions?: number;
  /** Told about a round that did not work; the next one is tried all the same. */
  readonly onError?: (error: unknown) => void;
}

/**
 * Moves the compaction floor every interval to the revision noted one interval earlier, never within the last
 * `keepRevisions` (K14); of several servers on one store only the winner of the turn does it (K21). Ends when the signal fires.
 */
export function compactPeriodically(
  store: Store,
  clock: Clock,
  { intervalMs = 300_000, keepRevisions = 1000, onError = () => {} }: CompactorOptions,
  signal: AbortSignal,
): void {
  let noted: CompactionTurn | undefined;
  const round = async (): Promise<void> => {
    const current = await store.currentRevision();
    const last = noted;
    noted = (await store.takeCompactionTurn?.(last, current)) ?? { won: true, round: 0, revision: current };
    const floor = Math.min(last?.revision ?? 0, current - keepRevisions);
    if (noted.won && floor > 0) await store.compact(floor);
  };
  const tick = (): void => {
    if (signal.aborted) return;
    round().catch(onError);
    wait();
  };
  let timer = clock.after(0, tick);
  const wait = (): void => {
    timer = clock.after(intervalMs, tick);
  };
  signal.addEventListener('abort', () => timer.cancel(), { once: true });
}

import type { Clock } from '../../clock/index.ts';
import { compactPeriodically, type Store } from '../../storage/index.ts';

export interface StorageWatchOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

const storageCheckMs = 1000;

/** Looks after the store while the server runs: history is compacted (K14), and its trouble shows in readyz (K13). */
export function watchStorage(
  { store, clock, onError }: StorageWatchOptions,
  stopping: AbortSignal,
): { problem: string | undefined } {
  const seen: { problem: string | undefined } = { problem: undefined };
  compactPeriodically(store, clock, { onError }, stopping);
  const look = (): void => {
    if (stopping.aborted) return;
    store
      .status()
      .then(({ problem }) => {
        seen.problem = problem;
      })
      .catch(onError);
    timer = clock.after(storageCheckMs, look);
  };
  let timer = clock.after(storageCheckMs, look);
  stopping.addEventListener('abort', () => timer.cancel(), { once: true });
  return seen;
}

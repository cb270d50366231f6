import type { Exposition } from '../../metrics/index.ts';
import type { Change } from '../records/index.ts';

/** What answers: an engine in this thread, or several in threads of their own. */
export interface Backend {
  /** Of UDP and TCP alike; 0 until listening. */
  readonly port: number;
  /** Takes in a change; `nowSeconds` is what the serial follows (N20). */
  apply(change: Change, nowSeconds: number): void;
  /** Everything has been applied (S33). */
  markSynced(): void;
  /** Opens the sockets; rejects with the error of the first that cannot be had. */
  listen(): Promise<void>;
  /** Metrics as text (X13). */
  scrape(accept?: string): Promise<Exposition>;
  /** Stops listening, lets TCP clients finish for so long, and gives everything back. */
  close(drainMs: number): Promise<void>;
}

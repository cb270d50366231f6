/** What may be forgotten, oldest first. */
interface Forgetful {
  readonly bytes: number;
  /** Forgets what is too old to be promised to anybody. */
  forgetAged(): void;
  /** Forgets a stretch; false when there is none to spare. */
  forgetOldest(): boolean;
}

const defaultBytes = 64 * 1024 * 1024;

/**
 * The memory that the histories of all resources share (P10). When it is used up, what is too old goes first, then the
 * oldest of whichever history is the largest: a busy resource does not cost a quiet one its past.
 */
export class HistoryBudget {
  /** No stretch that is forgotten at once should be larger. */
  readonly segmentBytes: number;
  readonly #limit: number;
  readonly #histories = new Set<Forgetful>();
  #used = 0;

  constructor(limitBytes: number = defaultBytes) {
    this.#limit = limitBytes;
    this.segmentBytes = limitBytes / 32;
  }

  get usedBytes(): number {
    return this.#used;
  }

  join(history: Forgetful): void {
    this.#histories.add(history);
  }

  leave(history: Forgetful): void {
    if (this.#histories.delete(history)) this.#used -= history.bytes;
  }

  /** Counts bytes that were taken, or with a minus given back. */
  use(bytes: number): void {
    this.#used += bytes;
    if (bytes > 0 && this.#used > this.#limit) this.#makeRoom();
  }

  #makeRoom(): void {
    for (const history of this.#histories) history.forgetAged();
    while (this.#used > this.#limit) {
      const bySize = [...this.#histories].sort((a, b) => b.bytes - a.bytes);
      if (!bySize.some((history) => history.forgetOldest())) return;
    }
  }
}

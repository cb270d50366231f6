/**
 * Numbers that cost nothing to keep: hot paths add to plain fields, and a scrape copies them out (DX4). Who counts
 * often asks its family once for the cell and holds it.
 */

/** Only grows. */
export class Counter {
  value = 0;

  inc(by = 1): void {
    this.value += by;
  }
}

/** Goes up and down; or is computed when somebody looks (`readBy`). */
export class Gauge {
  #value = 0;
  #read: (() => number) | undefined;

  get value(): number {
    return this.#read === undefined ? this.#value : this.#read();
  }

  set(value: number): void {
    this.#value = value;
  }

  inc(by = 1): void {
    this.#value += by;
  }

  dec(by = 1): void {
    this.#value -= by;
  }

  /** From now on the value is what `read` says at the time of the scrape. */
  readBy(read: () => number): void {
    this.#read = read;
  }
}

/** Counts observations into buckets with ascending upper bounds, `+Inf` implied. */
export class Histogram {
  readonly bounds: readonly number[];
  /** Observations per bucket, not cumulative; the last is `+Inf`. */
  readonly counts: number[];
  sum = 0;
  count = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  observe(value: number): void {
    let bucket = 0;
    while (bucket < this.bounds.length && value > (this.bounds[bucket] as number)) bucket += 1;
    this.counts[bucket] = (this.counts[bucket] as number) + 1;
    this.sum += value;
    this.count += 1;
  }
}

/** `start, start·factor, …`: `count` bounds. */
export function exponentialBuckets(start: number, factor: number, count: number): number[] {
  return Array.from({ length: count }, (_, power) => start * factor ** power);
}

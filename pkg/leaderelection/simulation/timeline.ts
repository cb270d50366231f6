import { Heap } from '../../collections/heap.ts';

interface Happening {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** Things that happen one after another, in true time. */
export class Timeline {
  now = 0;
  #order = 0;
  readonly #heap = new Heap<Happening>((a, b) => a.at < b.at || (a.at === b.at && a.order < b.order));

  at(time: number, run: () => void): void {
    this.#heap.push({ at: Math.max(time, this.now), order: this.#order++, run });
  }

  after(ms: number, run: () => void): void {
    this.at(this.now + ms, run);
  }

  runUntil(end: number): void {
    for (let next = this.#heap.peek(); next !== undefined && next.at <= end; next = this.#heap.peek()) {
      this.#heap.pop();
      this.now = next.at;
      next.run();
    }
    this.now = end;
  }
}

/** Less than this is done before anybody has read about it. */
const worthTelling = 10_000;

/** How far a long piece of work has come: a bar on a terminal, a line for each tenth elsewhere. */
export class Progress {
  readonly #what: string;
  readonly #total: number;
  readonly #started = performance.now();
  #done = 0;
  #shown = 0;

  constructor(what: string, total: number) {
    this.#what = what;
    this.#total = Math.max(total, 1);
  }

  add(count: number): void {
    this.#done += count;
    if (this.#total < worthTelling) return;
    const now = performance.now();
    const share = Math.min(1, this.#done / this.#total);
    if (process.stderr.isTTY) {
      if (now - this.#shown < 100 && share < 1) return;
      this.#shown = now;
      const bar = '█'.repeat(Math.floor(share * 30)).padEnd(30, '░');
      process.stderr.write(`\r${this.#what} ${bar} ${this.#figures(share)}\u001b[K`);
    } else if (Math.floor(share * 10) > this.#shown) {
      this.#shown = Math.floor(share * 10);
      process.stderr.write(`${this.#what} ${this.#figures(share)}\n`);
    }
  }

  end(): void {
    if (process.stderr.isTTY && this.#total >= worthTelling) process.stderr.write('\n');
  }

  #figures(share: number): string {
    const seconds = (performance.now() - this.#started) / 1000;
    const rate = Math.round(this.#done / Math.max(seconds, 0.001));
    return `${Math.floor(share * 100)}% ${this.#done.toLocaleString('en')} objects, ${rate.toLocaleString('en')}/s`;
  }
}

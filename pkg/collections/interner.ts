/**
 * Hands out one copy of equal strings, so that a label that stands on 100,000 Pods is kept once (IN41). Bounded: when
 * full it starts over, which costs memory for a while but never correctness.
 */
export class Interner {
  readonly #limit: number;
  readonly #known = new Map<string, string>();

  constructor(limit = 65_536) {
    this.#limit = limit;
  }

  intern(text: string): string {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (this.#known.size >= this.#limit) this.#known.clear();
    this.#known.set(text, text);
    return text;
  }
}

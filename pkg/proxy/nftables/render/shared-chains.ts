import type { Chain } from './ruleset.ts';

interface Held {
  readonly chain: Chain;
  owners: number;
}

/** Chains that several ports lead to: written for the first of them, retired after the last. */
export class SharedChains {
  readonly #held = new Map<string, Held>();
  readonly #written = new Set<string>();

  clear(): void {
    this.#held.clear();
    this.#written.clear();
  }

  get names(): Iterable<string> {
    return this.#held.keys();
  }

  hold(chain: Chain): void {
    const held = this.#held.get(chain.name);
    if (held === undefined) this.#held.set(chain.name, { chain, owners: 1 });
    else held.owners++;
  }

  release({ name }: Chain): void {
    const held = this.#held.get(name);
    if (held !== undefined && --held.owners === 0) this.#held.delete(name);
  }

  /** Held and not written yet; they count as written from now on. */
  takeNew(): Chain[] {
    const fresh = [...this.#held.values()].filter(({ chain }) => !this.#written.has(chain.name));
    for (const { chain } of fresh) this.#written.add(chain.name);
    return fresh.map(({ chain }) => chain);
  }

  /** Written, and nobody's any more. */
  takeUnused(): string[] {
    const unused = [...this.#written].filter((name) => !this.#held.has(name));
    for (const name of unused) this.#written.delete(name);
    return unused;
  }
}

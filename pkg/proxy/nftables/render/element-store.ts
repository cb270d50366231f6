import type { Element } from './ruleset.ts';

interface Held {
  readonly element: Element;
  /** Ports that want it: a cluster IP is wanted by each port of its Service. */
  owners: number;
}

/** The elements that the kernel has, and those that ports want; what differs is what a transaction has to say (N41). */
export class ElementStore {
  readonly #wanted = new Map<string, Held>();
  readonly #written = new Map<string, Element>();
  readonly #touched = new Set<string>();

  clear(): void {
    this.#wanted.clear();
    this.#written.clear();
    this.#touched.clear();
  }

  hold(element: Element): void {
    const key = keyOf(element);
    this.#touched.add(key);
    const owners = this.#wanted.get(key)?.owners ?? 0;
    this.#wanted.set(key, { element, owners: owners + 1 });
  }

  release(element: Element): void {
    const key = keyOf(element);
    this.#touched.add(key);
    const held = this.#wanted.get(key);
    if (held === undefined) return;
    held.owners--;
    if (held.owners === 0) this.#wanted.delete(key);
  }

  /** Says what changed since the last flush: all removals, then all additions. A new verdict is one of each. */
  flush(write: { remove(element: Element): void; add(element: Element): void }): void {
    const changed = [...this.#touched].filter((key) => !same(this.#written.get(key), this.#wanted.get(key)?.element));
    for (const key of changed) {
      const old = this.#written.get(key);
      if (old !== undefined) write.remove(old);
      this.#written.delete(key);
    }
    for (const key of changed) {
      const held = this.#wanted.get(key);
      if (held === undefined) continue;
      write.add(held.element);
      this.#written.set(key, held.element);
    }
    this.#touched.clear();
  }
}

const keyOf = ({ container, key }: Element): string => `${container} ${key}`;

const same = (a: Element | undefined, b: Element | undefined): boolean =>
  a?.value === b?.value && a?.comment === b?.comment && (a === undefined) === (b === undefined);

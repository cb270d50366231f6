import type { Element } from './ruleset.ts';

interface Entry {
  /** What ports want; undefined when nobody does any more. */
  wanted: Element | undefined;
  /** Ports that want it: a cluster IP is wanted by each port of its Service. */
  owners: number;
  written: Element | undefined;
}

/** The elements that the kernel has, and those that ports want; what differs is what a transaction has to say (N41). */
export class ElementStore {
  readonly #entries = new Map<string, Map<string, Entry>>();
  #touched = new Set<Entry>();

  clear(): void {
    this.#entries.clear();
    this.#touched.clear();
  }

  hold(element: Element): void {
    let container = this.#entries.get(element.container);
    if (container === undefined) this.#entries.set(element.container, (container = new Map()));
    let entry = container.get(element.key);
    if (entry === undefined) {
      entry = { wanted: undefined, owners: 0, written: undefined };
      container.set(element.key, entry);
    }
    entry.wanted = element;
    entry.owners++;
    this.#touched.add(entry);
  }

  release({ container, key }: Element): void {
    const entry = this.#entries.get(container)?.get(key);
    if (entry === undefined || entry.owners === 0) return;
    entry.owners--;
    this.#touched.add(entry);
    if (entry.owners > 0) return;
    entry.wanted = undefined;
    if (entry.written !== undefined) return;
    this.#entries.get(container)?.delete(key);
    this.#touched.delete(entry);
  }

  /**
   * Says what changed since the last flush: all removals, then all additions. A new verdict is one of each. With
   * `containers` the rest waits for the next flush.
   */
  flush(
    write: { remove(element: Element): void; add(element: Element): void },
    containers: (name: string) => boolean = () => true,
  ): void {
    const waiting = new Set<Entry>();
    const changed: Entry[] = [];
    for (const entry of this.#touched) {
      const { wanted, written } = entry;
      const element = wanted ?? written;
      if (element !== undefined && !containers(element.container)) waiting.add(entry);
      else if (!same(written, wanted)) changed.push(entry);
    }
    for (const entry of changed) {
      if (entry.written === undefined) continue;
      write.remove(entry.written);
      if (entry.wanted === undefined) this.#entries.get(entry.written.container)?.delete(entry.written.key);
    }
    for (const entry of changed) {
      if (entry.wanted !== undefined) write.add(entry.wanted);
      entry.written = entry.wanted;
    }
    this.#touched = waiting;
  }
}

const same = (a: Element | undefined, b: Element | undefined): boolean =>
  a?.value === b?.value && a?.comment === b?.comment && (a === undefined) === (b === undefined);

import { keyRange } from '../key-range.ts';
import type { PhysicalRange } from './requests.ts';

/** From the store's keys to etcd's and back: `/registry/pods/a/b` may stand as `/fairlead/pods/a/b`. */
export class KeyMap {
  readonly #root: string;
  readonly #prefix: string;

  /** Keys under `root`, which is taken off, stand under `prefix`. */
  constructor(root: string, prefix: string) {
    this.#root = root;
    this.#prefix = prefix;
  }

  /** A key that is never written, among ours: asked for when only the revision matters. */
  get nothing(): string {
    return `${this.#prefix}/\0`;
  }

  physical(key: string): string {
    if (!key.startsWith(this.#root)) throw new TypeError(`Keys begin with ${this.#root}, not ${JSON.stringify(key)}`);
    return this.#prefix + key.slice(this.#root.length);
  }

  /** Undefined: not one of ours. */
  logical(key: string): string | undefined {
    return key.startsWith(this.#prefix) ? this.#root + key.slice(this.#prefix.length) : undefined;
  }

  /** All keys under a prefix of the store; a prefix that is shorter than the root means everything. */
  range(prefix: string, startKey = ''): PhysicalRange {
    const under = prefix.startsWith(this.#root) ? prefix : this.#root;
    const start = startKey.startsWith(this.#root) ? this.physical(startKey) : startKey > under ? '\u{10ffff}' : '';
    const range = keyRange(this.physical(under), start);
    return { key: range.start, end: range.end ?? '\0' };
  }
}

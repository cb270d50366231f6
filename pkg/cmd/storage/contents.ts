/** What of a store is moved, in the order of its keys, and the sum that shows that two are equal. */
import { createHash } from 'node:crypto';
import type { Store } from '../../storage/store.ts';

export interface Entry {
  readonly key: string;
  readonly value: string;
}

/** Everything of one moment, page by page. */
export interface Contents {
  readonly revision: number;
  /** Keys that come, about: it counts a few that are not moved. */
  readonly count: number;
  pages(): AsyncIterable<readonly Entry[]>;
}

/** Where all keys begin. */
export const root = '/registry/';
/** Belongs to the servers of one store, and means nothing in another. */
const own = ['identity', 'leaders/', 'migration', 'portlocks/', 'store'].map((name) => `${root}fairlead.dev/${name}`);

export const isMoved = (key: string): boolean => !own.some((prefix) => key.startsWith(prefix));

const pageSize = 2_000;

/** A store as it is now. */
export async function contentsOf(store: Store, after = ''): Promise<Contents> {
  const { count, revision } = await store.range(root, { countOnly: true });
  return {
    revision,
    count,
    async *pages() {
      let startKey = after === '' ? root : `${after}\0`;
      for (let more = true; more;) {
        const page = await store.range(root, { startKey, limit: pageSize, revision });
        const entries = page.items.filter(({ key }) => isMoved(key));
        if (entries.length > 0) yield entries;
        startKey = `${page.items.at(-1)?.key ?? ''}\0`;
        more = page.more;
      }
    },
  };
}

/** Count and hash over keys and values. */
export class Digest {
  count = 0;
  readonly #hash = createHash('sha256');

  add(entries: readonly Entry[]): void {
    this.count += entries.length;
    for (const { key, value } of entries) this.#hash.update(`${key.length} ${value.length} ${key}${value}\n`);
  }

  /** Ends the sum. */
  hex(): string {
    return this.#hash.digest('hex');
  }
}

/** Count and hash of everything. */
export async function digestOf(
  contents: Contents,
  each: (entries: readonly Entry[]) => void = () => {},
): Promise<{ count: number; sha256: string }> {
  const digest = new Digest();
  for await (const entries of contents.pages()) {
    digest.add(entries);
    each(entries);
  }
  return { count: digest.count, sha256: digest.hex() };
}

/**
 * The quotas of each namespace as they are stored, at hand for every write, and the charges of writes that are on their
 * way: whoever counts anew must not lose them.
 */
import type { KubeObject } from '../../api/types.ts';
import type { Resource } from '../registry/resource.ts';
import type { WatchCache } from '../watchcache/cache.ts';
import type { Entry } from '../watchcache/entry.ts';

export interface Pending {
  readonly resource: Resource;
  readonly key: string;
  readonly object: KubeObject;
  readonly at: number;
}

const longestMs = 2000;

export class QuotaBook {
  readonly resource: Resource;
  readonly #quotas = new Map<string, Map<string, Entry>>();
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #pending = new Map<string, Pending[]>();

  constructor(resource: Resource, cache: WatchCache) {
    this.resource = resource;
    for (const [, entry] of cache.current().iterate()) this.#keep(entry);
    cache.subscribe({
      changed: ({ type, entry }) => (type === 'DELETED' ? this.#drop(entry) : this.#keep(entry)),
      lost: () => undefined,
    });
  }

  has(namespace: string): boolean {
    return this.#quotas.has(namespace);
  }

  in(namespace: string): Entry[] {
    return [...(this.#quotas.get(namespace)?.values() ?? [])];
  }

  namespaces(): string[] {
    return [...this.#quotas.keys()];
  }

  /** One after another: everybody in a namespace changes the same few quotas. */
  async inTurn<T>(namespace: string, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(namespace) ?? Promise.resolve();
    const own = before.then(work, work);
    const settled = own.catch(() => undefined);
    this.#turns.set(namespace, settled);
    try {
      return await own;
    } finally {
      if (this.#turns.get(namespace) === settled) this.#turns.delete(namespace);
    }
  }

  /** Charged, and about to be stored. */
  expect(namespace: string, pending: Pending): void {
    const recent = (this.#pending.get(namespace) ?? []).filter(({ at }) => pending.at - at < longestMs);
    this.#pending.set(namespace, [...recent, pending]);
  }

  /** Stored, and perhaps gone again: from now on it is found, or not, where everything is. */
  arrived(namespace: string, resource: Resource, key: string): void {
    const all = this.#pending.get(namespace);
    if (all === undefined) return;
    this.#settle(
      namespace,
      all.filter((one) => one.key !== key || one.resource !== resource),
    );
  }

  /** What is still to come; a write that takes longer has failed. */
  expected(namespace: string, now: number): readonly Pending[] {
    const left = (this.#pending.get(namespace) ?? []).filter(({ at }) => now - at < longestMs);
    this.#settle(namespace, left);
    return left;
  }

  #settle(namespace: string, left: Pending[]): void {
    if (left.length === 0) this.#pending.delete(namespace);
    else this.#pending.set(namespace, left);
  }

  #keep(entry: Entry): void {
    const namespace = namespaceOf(entry);
    const quotas = this.#quotas.get(namespace) ?? new Map<string, Entry>();
    this.#quotas.set(namespace, quotas.set(entry.key, entry));
  }

  #drop(entry: Entry): void {
    const namespace = namespaceOf(entry);
    const quotas = this.#quotas.get(namespace);
    quotas?.delete(entry.key);
    if (quotas?.size === 0) this.#quotas.delete(namespace);
  }
}

export const namespaceOf = ({ key }: Entry): string => key.slice(0, Math.max(0, key.indexOf('/')));

/**
 * Own writes of slices that the cache may not show yet (S30–S34): tells our own changes from those of others, and
 * keeps a sync from working on a cache that is behind it.
 */
import type { EndpointSlice } from '../api/types.ts';

interface Written {
  readonly kind: 'written';
  readonly generation: number;
  readonly version: string;
  readonly at: number;
}

interface Deleted {
  readonly kind: 'deleted';
  readonly at: number;
}

/** What is known of the cache when a sync begins. */
export interface CacheState {
  /** Nothing up to this version is missing from the cache. */
  hasReached(version: string): boolean;
  /** Milliseconds. */
  readonly now: number;
}

/** IN46: a lost event must not hold a Service up for ever. */
const lifeMs = 5 * 60_000;

/** Services go by `namespace/name`, slices by uid. */
export class SliceTracker {
  readonly #services = new Map<string, Map<string, Written | Deleted>>();

  /** S31: what the server answered to our create or update, or what a sync found right. */
  wrote(service: string, { metadata }: EndpointSlice, now: number): void {
    const { uid, generation = 0, resourceVersion: version = '' } = metadata;
    if (uid !== undefined) this.#entries(service).set(uid, { kind: 'written', generation, version, at: now });
  }

  expectDeletion(service: string, { metadata: { uid } }: EndpointSlice, now: number): void {
    if (uid !== undefined) this.#entries(service).set(uid, { kind: 'deleted', at: now });
  }

  has(service: string, { metadata: { uid = '' } }: EndpointSlice): boolean {
    return this.#services.get(service)?.has(uid) ?? false;
  }

  /** S30: somebody else changed the slice, or we have never heard of it, or thought it was gone. */
  shouldSync(service: string, { metadata: { uid = '', generation = 0 } }: EndpointSlice): boolean {
    const entry = this.#services.get(service)?.get(uid);
    return entry?.kind !== 'written' || generation > entry.generation;
  }

  /** S31: the slice is gone from the cache. True when somebody else took it away. */
  sawDeletion(service: string, { metadata: { uid = '' } }: EndpointSlice): boolean {
    const entry = this.#services.get(service)?.get(uid);
    this.#services.get(service)?.delete(uid);
    return entry?.kind === 'written';
  }

  /**
   * S33: the cache lacks something we wrote. What it lacks after having reached our write is gone, and forgotten: the
   * slice was deleted or given away meanwhile, even if that was noticed before the answer to our write (H1, H2).
   */
  isStale(service: string, listed: readonly EndpointSlice[], cache: CacheState): boolean {
    const entries = this.#services.get(service);
    if (entries === undefined) return false;
    const byUid = new Map(listed.map((slice) => [slice.metadata.uid ?? '', slice.metadata.generation ?? 0]));
    for (const [uid, entry] of entries) {
      const generation = byUid.get(uid);
      if (cache.now - entry.at > lifeMs) entries.delete(uid);
      else if (entry.kind === 'deleted') {
        if (generation !== undefined) return true;
      } else if (generation === undefined) {
        if (!cache.hasReached(entry.version)) return true;
        entries.delete(uid);
      } else if (generation < entry.generation) return true;
    }
    return false;
  }

  /** S34 */
  forget(service: string): void {
    this.#services.delete(service);
  }

  #entries(service: string): Map<string, Written | Deleted> {
    const known = this.#services.get(service) ?? new Map<string, Written | Deleted>();
    this.#services.set(service, known);
    return known;
  }
}

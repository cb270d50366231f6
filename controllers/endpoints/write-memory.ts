/**
 * Own writes of Endpoints that the cache may not show yet (E24, U1). Without it a sync could believe an object to be
 * right that it has just replaced, and the addresses would stay wrong until something else happens.
 */
import type { Endpoints } from '../../pkg/api/types.ts';
import type { CacheState } from '../../pkg/endpoints/index.ts';

interface Written {
  /** The version that was replaced; absent: there was no object. */
  readonly replaced: string | undefined;
  readonly version: string;
  readonly at: number;
}

/** IN46: a lost event must not hold a Service up for ever. */
const lifeMs = 5 * 60_000;

/** Objects go by `namespace/name`. */
export class WriteMemory {
  readonly #written = new Map<string, Written>();

  /** A write that changed nothing is nothing to wait for (#126578, #127370). */
  wrote(key: string, replaced: Endpoints | undefined, result: Endpoints, now: number): void {
    const version = result.metadata.resourceVersion ?? '';
    const before = replaced?.metadata.resourceVersion;
    if (version !== before) this.#written.set(key, { replaced: before, version, at: now });
  }

  forget(key: string): void {
    this.#written.delete(key);
  }

  /** Why the cached object must not be trusted; undefined when it may be. */
  whyStale(key: string, current: Endpoints | undefined, cache: CacheState): string | undefined {
    const written = this.#written.get(key);
    if (written === undefined) return undefined;
    const replaced = current?.metadata.resourceVersion;
    if (replaced !== written.replaced || cache.hasReached(written.version) || cache.now - written.at > lifeMs) {
      this.#written.delete(key);
      return undefined;
    }
    return replaced === undefined
      ? `endpoints informer cache is out of date, endpoints ${key} were created already`
      : `endpoints informer cache is out of date, resource version ${replaced} already processed for endpoints ${key}`;
  }
}

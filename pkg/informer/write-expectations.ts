/**
 * Reading one's own writes (IN45, IN46). After a write, what the cache must show before the owner is looked at again
 * is written down here; until then a reconcile would decide on the past.
 */
import type { KubeObject } from '../api/types.ts';
import { keyOf } from './object-key.ts';
import { isAtLeast } from './resource-version.ts';
import type { Reader } from './store.ts';

interface Expected {
  readonly uid: string;
  readonly version: string;
  readonly recordedAt: number;
}

/** IN46: a lost event must not block a key for ever. */
const longestMs = 5 * 60_000;

export class WriteExpectations {
  readonly #byOwner = new Map<string, Map<string, Expected>>();

  /** `owner` wrote this object; it is as the server returned it. `nowMs` is monotonic. */
  wrote(owner: string, object: KubeObject, nowMs: number): void {
    const { uid = '', resourceVersion: version = '' } = object.metadata;
    const expected = this.#byOwner.get(owner) ?? new Map<string, Expected>();
    expected.set(keyOf(object), { uid, version, recordedAt: nowMs });
    this.#byOwner.set(owner, expected);
  }

  /** The cache shows everything that `owner` wrote, or can show it no more. `expired` counts what was given up. */
  check(
    owner: string,
    store: Reader<KubeObject>,
    nowMs: number,
  ): { readonly fresh: boolean; readonly expired: number } {
    const expected = this.#byOwner.get(owner);
    if (expected === undefined) return { fresh: true, expired: 0 };
    let expired = 0;
    for (const [key, expectation] of expected) {
      const isOld = nowMs - expectation.recordedAt >= longestMs;
      if (!isOld && !isShown(expectation, store.get(key), store.lastVersion)) continue;
      expected.delete(key);
      if (isOld) expired += 1;
    }
    if (expected.size === 0) this.#byOwner.delete(owner);
    return { fresh: expected.size === 0, expired };
  }

  /** The owner is gone. */
  forget(owner: string): void {
    this.#byOwner.delete(owner);
  }
}

function isShown(expected: Expected, cached: KubeObject | undefined, lastVersion: string): boolean {
  if (isAtLeast(lastVersion, expected.version)) return true;
  if (cached === undefined) return false;
  if (cached.metadata.uid !== expected.uid) return true;
  return isAtLeast(cached.metadata.resourceVersion ?? '', expected.version);
}

import type { KubeObject } from '../api/types.ts';

/** Entries whose object nobody asks about any more are dropped once there are this many. */
const largest = 10_000;

/**
 * Objects that were deleted by us and that the cache may still show as if nothing had happened. They are presented as
 * being deleted, so that nobody chooses another one in their stead.
 */
export class DeletionMemory {
  readonly #uids = new Set<string>();

  add({ metadata }: KubeObject): void {
    if (metadata.uid === undefined) return;
    if (this.#uids.size >= largest) this.#uids.delete(this.#uids.values().next().value ?? '');
    this.#uids.add(metadata.uid);
  }

  get isEmpty(): boolean {
    return this.#uids.size === 0;
  }

  /** The object as it is by now. */
  marked<T extends KubeObject>(object: T, now: number): T {
    const { uid, deletionTimestamp } = object.metadata;
    if (uid === undefined || !this.#uids.has(uid)) return object;
    if (deletionTimestamp !== undefined) {
      this.#uids.delete(uid);
      return object;
    }
    return { ...object, metadata: { ...object.metadata, deletionTimestamp: new Date(now).toISOString() } };
  }
}

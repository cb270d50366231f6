/**
 * What the server does to a kind's objects around validation. Every hook returns a new object or the one it was given,
 * never a changed one; hooks a kind does not need are absent.
 */
import type { KubeObject } from '../api/types.ts';

/** What a hook may know about the request. */
export interface StrategyRequest {
  /** API version of the endpoint: `v1`, `v1beta1`. */
  readonly version: string;
}

export interface Strategy<T extends KubeObject = KubeObject> {
  /** At decode time, on every write and on every read from storage. */
  readonly default?: (object: T) => T;
  /** After the name is known and before validation. */
  readonly prepareCreate?: (object: T, request: StrategyRequest) => T;
  /** A write to the main resource. `next` already carries the old metadata (carryOverMetadata). */
  readonly prepareUpdate?: (next: T, previous: T, request: StrategyRequest) => T;
  /** Writes to subresources by name: what they may not touch comes from the stored object. */
  readonly subresources?: Readonly<Record<string, (next: T, previous: T) => T>>;
}

/** Keeps the kind's own type inside its hooks and hides it from the table. */
export function strategy<T extends KubeObject>(kind: Strategy<T>): Strategy {
  return kind as unknown as Strategy;
}

/** For `…/status`: everything but status and metadata stays as stored. */
export function keepSpec<T extends { spec?: unknown }>(next: T, previous: T): T {
  if (previous.spec === undefined) {
    const { spec: _, ...rest } = next;
    return rest as T;
  }
  return { ...next, spec: previous.spec };
}

/** For the main resource: status stays as stored. */
export function keepStatus<T extends { status?: unknown }>(next: T, previous: T): T {
  if (previous.status === undefined) {
    const { status: _, ...rest } = next;
    return rest as T;
  }
  return { ...next, status: previous.status };
}

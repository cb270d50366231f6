/** What a client process is told to do, and what it reports. */
import type { CollectionName } from './objects.ts';

export type Job =
  /** Creates `count` objects named `prefix-N`, `clients` at a time. */
  | {
      readonly kind: 'create';
      readonly of: CollectionName;
      readonly clients: number;
      readonly count: number;
      readonly prefix: string;
    }
  /** Creates an object unless it is there. */
  | { readonly kind: 'ensure'; readonly of: CollectionName; readonly name: string }
  /** Deletes what a `create` with the same words has left. */
  | {
      readonly kind: 'delete';
      readonly of: CollectionName;
      readonly clients: number;
      readonly count: number;
      readonly prefix: string;
    }
  /** Gets one object over and over. */
  | { readonly kind: 'get'; readonly path: string; readonly clients: number; readonly count: number }
  /** Lists the whole collection. */
  | { readonly kind: 'list'; readonly of: CollectionName; readonly times: number; readonly expect: number }
  /** Opens watches, changes one object `events` times. */
  | { readonly kind: 'fanout'; readonly watchers: number; readonly events: number };

export interface Target {
  readonly url: string;
  readonly ca: string;
  readonly token: string;
}

export interface Report {
  /** Milliseconds of each repetition; one for jobs that are a rate. */
  readonly ms: readonly number[];
}

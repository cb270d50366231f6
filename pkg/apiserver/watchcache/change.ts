import type { Entry } from './entry.ts';

export type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED';

export interface Change {
  readonly type: ChangeType;
  readonly revision: number;
  /** The new state; for DELETED the last content under the deleting revision. */
  readonly entry: Entry;
  readonly previous?: Entry;
}

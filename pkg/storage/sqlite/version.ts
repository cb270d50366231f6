import { crc32 } from 'node:zlib';
import type { KeyValue, StoreEvent } from '../store.ts';
import { StoreCorruptedError } from './errors.ts';

/** A row of `revisions`: what one revision did to one key. */
export interface Version {
  readonly revision: number;
  readonly key: string;
  readonly created: number;
  /** The revision of this key before this one; 0: none. */
  readonly previous: number;
  readonly lease: number;
  /** null: the key was deleted. */
  readonly value: string | null;
}

/** A version as it lies in the table. */
export interface VersionRow extends Version {
  readonly checksum: number;
}

/** What the checksum column of that version holds. */
export function checksumOf({ revision, key, created, previous, lease, value }: Version): number {
  const head = crc32(`${revision} ${created} ${previous} ${lease} ${value === null ? 'deleted' : 'put'} ${key}\0`);
  return value === null ? head : crc32(value, head);
}

/** The row, if it is what was written; throws StoreCorruptedError if not. */
export function verified(row: VersionRow): Version {
  if (checksumOf(row) !== row.checksum) {
    throw new StoreCorruptedError(`the row of revision ${row.revision} is damaged (checksum mismatch)`);
  }
  return row;
}

/** What stands under the key at this version: nothing after a deletion. */
export function toKeyValue(version: Version | undefined): KeyValue | undefined {
  if (version === undefined || version.value === null) return undefined;
  return { key: version.key, value: version.value, createRevision: version.created, modRevision: version.revision };
}

/** The event that made this version out of the one before. */
export function toEvent(version: Version, before: Version | undefined): StoreEvent {
  const kv = toKeyValue(version);
  const previous = toKeyValue(before);
  if (kv !== undefined) return previous === undefined ? { type: 'put', kv } : { type: 'put', kv, previous };
  if (previous === undefined) {
    throw new StoreCorruptedError(`revision ${version.revision} deletes a key that nothing stood under`);
  }
  return { type: 'delete', key: version.key, revision: version.revision, previous };
}

/** The row that an event leaves behind. */
export function toVersion(event: StoreEvent, previous: number, lease: number): Version {
  if (event.type === 'put') {
    const { key, value, createRevision: created, modRevision: revision } = event.kv;
    return { revision, key, created, previous, lease, value };
  }
  const { key, revision } = event;
  return { revision, key, created: event.previous.createRevision, previous, lease: 0, value: null };
}

import type { KeyValue, StoreEvent, WriteResult } from './store.ts';

/** A conditional write to one key, as the embedded drivers queue it. Lease 0: none. */
export type Write =
  | { readonly kind: 'create'; readonly key: string; readonly value: string; readonly lease: number }
  | {
      readonly kind: 'update';
      readonly key: string;
      readonly value: string;
      readonly expected: number;
      readonly lease: number;
    }
  | { readonly kind: 'delete'; readonly key: string; readonly expected: number };

/** What a write comes to: nothing, because something else stands there, or one event. */
export type Decision =
  | { readonly ok: false; readonly current: KeyValue | undefined }
  | { readonly ok: true; readonly event: StoreEvent };

/** Decides a write against what stands under its key; if it goes through, it happens at `revision` (K2). */
export function decideWrite(write: Write, current: KeyValue | undefined, revision: number): Decision {
  switch (write.kind) {
    case 'create':
      if (current !== undefined) return { ok: false, current };
      return { ok: true, event: { type: 'put', kv: toKeyValue(write.key, write.value, revision, revision) } };
    case 'update':
      if (current === undefined || current.modRevision !== write.expected) return { ok: false, current };
      return {
        ok: true,
        event: {
          type: 'put',
          kv: toKeyValue(write.key, write.value, current.createRevision, revision),
          previous: current,
        },
      };
    case 'delete':
      if (current === undefined || current.modRevision !== write.expected) return { ok: false, current };
      return { ok: true, event: { type: 'delete', key: write.key, revision, previous: current } };
  }
}

/** The decision in the words of the contract. */
export function toWriteResult(decision: Decision): WriteResult {
  if (!decision.ok) return decision.current === undefined ? { ok: false } : { ok: false, current: decision.current };
  const { event } = decision;
  const revision = revisionOf(event);
  return event.previous === undefined ? { ok: true, revision } : { ok: true, revision, previous: event.previous };
}

/** The revision an event happened at. */
export function revisionOf(event: StoreEvent): number {
  return event.type === 'put' ? event.kv.modRevision : event.revision;
}

/** The key an event is about. */
export function keyOf(event: StoreEvent): string {
  return event.type === 'put' ? event.kv.key : event.key;
}

/** Refuses what a store could not give back unchanged: a lone surrogate has no UTF-8 form. */
export function assertStorable(write: Write): void {
  if (write.key === '' || !write.key.isWellFormed()) {
    throw new TypeError(`A key is non-empty, well-formed Unicode, not ${JSON.stringify(write.key)}`);
  }
  if (write.kind !== 'delete' && !write.value.isWellFormed()) {
    throw new TypeError(`The value of ${write.key} is not well-formed Unicode`);
  }
}

/** Refuses lifetimes that are not a positive number of seconds. */
export function assertTtl(ttlSeconds: number): void {
  if (!Number.isFinite(ttlSeconds) || ttlSeconds <= 0) {
    throw new RangeError(`A lease lasts a positive number of seconds, not ${ttlSeconds}`);
  }
}

function toKeyValue(key: string, value: string, createRevision: number, modRevision: number): KeyValue {
  return { key, value, createRevision, modRevision };
}

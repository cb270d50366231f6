/** etcd's answers, as far as the driver looks at them. Keys are physical. */
import type { KeyValue } from '../store.ts';
import { readMessage } from './protobuf.ts';

/** What stands at the head of every answer. */
export interface Header {
  /** In hexadecimal; another one is another cluster, however much it resembles the last. */
  readonly cluster: string;
  readonly revision: number;
}

/** `RangeResponse` */
export interface RangeAnswer {
  readonly header: Header;
  readonly items: readonly KeyValue[];
  readonly more: boolean;
  readonly count: number;
}

/** `TxnResponse` of a transaction with one operation in each branch. */
export interface TxnAnswer {
  readonly header: Header;
  readonly succeeded: boolean;
  /** Done: what was replaced or deleted. Refused: what stands there. */
  readonly found?: KeyValue;
  /** How often the key was written since its creation, of `found`. */
  readonly version: number;
}

/** An event as it travels. */
export interface WatchEvent {
  readonly deleted: boolean;
  readonly kv: KeyValue;
  readonly previous?: KeyValue;
}

/** `WatchResponse` */
export interface WatchAnswer {
  readonly header: Header;
  readonly created: boolean;
  readonly canceled: boolean;
  readonly compactRevision: number;
  readonly cancelReason: string;
  /** More events of the same revision follow. */
  readonly fragment: boolean;
  readonly events: readonly WatchEvent[];
}

function header(message: Buffer): Header {
  let revision = 0;
  let cluster = '';
  readMessage(message, {
    int(field, value) {
      if (field === 1) cluster = value.toString(16);
      else if (field === 3) revision = value;
    },
  });
  return { cluster, revision };
}

const noHeader: Header = { cluster: '', revision: 0 };

function keyValue(message: Buffer): KeyValue & { readonly version: number } {
  const kv = { key: '', value: '', createRevision: 0, modRevision: 0, version: 0 };
  readMessage(message, {
    int(field, value) {
      if (field === 2) kv.createRevision = value;
      else if (field === 3) kv.modRevision = value;
      else if (field === 4) kv.version = value;
    },
    bytes(field, value) {
      if (field === 1) kv.key = value.toString();
      else if (field === 5) kv.value = value.toString();
    },
  });
  return kv;
}

function plain({ key, value, createRevision, modRevision }: KeyValue): KeyValue {
  return { key, value, createRevision, modRevision };
}

/** Any answer of which only the head matters. */
export function headerOf(message: Buffer): Header {
  let found = noHeader;
  readMessage(message, {
    bytes(field, value) {
      if (field === 1) found = header(value);
    },
  });
  return found;
}

/** `RangeResponse` */
export function rangeAnswer(message: Buffer): RangeAnswer {
  const answer = { header: noHeader, items: new Array<KeyValue>(), more: false, count: 0 };
  readMessage(message, {
    int(field, value) {
      if (field === 3) answer.more = value !== 0;
      else if (field === 4) answer.count = value;
    },
    bytes(field, value) {
      if (field === 1) answer.header = header(value);
      else if (field === 2) answer.items.push(plain(keyValue(value)));
    },
  });
  return answer;
}

/** `TxnResponse` */
export function txnAnswer(message: Buffer): TxnAnswer {
  let head = noHeader;
  let succeeded = false;
  let found: ReturnType<typeof keyValue> | undefined;
  // Of a range the items are field 2, of a put the previous one is, of a deletion field 3.
  const operation = (body: Buffer, wanted: number): void =>
    readMessage(body, {
      bytes(field, value) {
        if (field === wanted) found = keyValue(value);
      },
    });
  readMessage(message, {
    int(field, value) {
      if (field === 2) succeeded = value !== 0;
    },
    bytes(field, value) {
      if (field === 1) head = header(value);
      else if (field === 3) readMessage(value, { bytes: (which, body) => operation(body, which === 3 ? 3 : 2) });
    },
  });
  const version = found?.version ?? 0;
  return found === undefined
    ? { header: head, succeeded, version }
    : { header: head, succeeded, found: plain(found), version };
}

/** `WatchResponse` */
export function watchAnswer(message: Buffer): WatchAnswer {
  const answer = {
    header: noHeader,
    created: false,
    canceled: false,
    compactRevision: 0,
    cancelReason: '',
    fragment: false,
    events: new Array<WatchEvent>(),
  };
  readMessage(message, {
    int(field, value) {
      if (field === 3) answer.created = value !== 0;
      else if (field === 4) answer.canceled = value !== 0;
      else if (field === 5) answer.compactRevision = value;
      else if (field === 7) answer.fragment = value !== 0;
    },
    bytes(field, value) {
      if (field === 1) answer.header = header(value);
      else if (field === 6) answer.cancelReason = value.toString();
      else if (field === 11) answer.events.push(watchEvent(value));
    },
  });
  return answer;
}

function watchEvent(message: Buffer): WatchEvent {
  let deleted = false;
  let kv: KeyValue = { key: '', value: '', createRevision: 0, modRevision: 0 };
  let previous: KeyValue | undefined;
  readMessage(message, {
    int(field, value) {
      if (field === 1) deleted = value === 1;
    },
    bytes(field, value) {
      if (field === 2) kv = plain(keyValue(value));
      else if (field === 3) previous = plain(keyValue(value));
    },
  });
  return previous === undefined ? { deleted, kv } : { deleted, kv, previous };
}

/** `StatusResponse` */
export function statusAnswer(message: Buffer): {
  readonly version: string;
  readonly sizeBytes: number;
  readonly errors: readonly string[];
} {
  const answer = { version: '', sizeBytes: 0, errors: new Array<string>() };
  readMessage(message, {
    int(field, value) {
      if (field === 3) answer.sizeBytes = value;
    },
    bytes(field, value) {
      if (field === 2) answer.version = value.toString();
      else if (field === 8) answer.errors.push(value.toString());
    },
  });
  return answer;
}

/** `AuthenticateResponse` */
export function tokenAnswer(message: Buffer): string {
  let token = '';
  readMessage(message, {
    bytes(field, value) {
      if (field === 2) token = value.toString();
    },
  });
  return token;
}

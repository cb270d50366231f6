/** A watch of etcd that outlives connections, leaders and members: it goes on where it was, or says why it cannot (K24). */
import type { Connection, MessageStream } from './connection.ts';
import type { KeyMap } from './key-map.ts';
import { CompactedError, type StoreEvent, type WatchSink } from '../store.ts';
import { GrpcError, grpcCode } from './grpc-error.ts';
import type { Members } from './members.ts';
import { watchCreateRequest, watchProgressRequest, type PhysicalRange } from './requests.ts';
import { watchAnswer, type Header, type WatchAnswer, type WatchEvent } from './responses.ts';

/** What a watch needs of its store. */
export interface WatchSetting {
  readonly members: Members;
  readonly keys: KeyMap;
  readonly prefix: string;
  /** K23: idle progress can be believed; otherwise the watch looks at every key, so that each revision is an event. */
  readonly trustProgress: boolean;
  /** Sees every answer's head; throws when it is not from the cluster we know. */
  readonly inspect: (header: Header) => void;
}

const retryMs = 50;
const longestRetryMs = 1_000;
const progressAfterMs = 5;
const progressAgainMs = 50;

export class EtcdWatch {
  readonly #setting: WatchSetting;
  readonly #sink: WatchSink;
  /** First revision not yet delivered. */
  #next: number;
  #stream: MessageStream | undefined;
  #member: Connection | undefined;
  #attempts = 0;
  #ended = false;
  #created = false;
  #pending: WatchEvent[] = [];
  #wanted = 0;
  #askTimer: NodeJS.Timeout | undefined;

  constructor(setting: WatchSetting, sink: WatchSink, fromRevision: number) {
    this.#setting = setting;
    this.#sink = sink;
    this.#next = fromRevision;
    void this.#open();
  }

  /** Somebody waits until this revision has been seen here: asks etcd if no event says so by itself. */
  hurry(revision: number): void {
    if (revision < this.#next || !this.#setting.trustProgress) return;
    this.#wanted = Math.max(this.#wanted, revision);
    this.#askTimer ??= setTimeout(() => this.#ask(), progressAfterMs);
  }

  /** Ends it without a word. */
  stop(): void {
    this.#ended = true;
    clearTimeout(this.#askTimer);
    this.#stream?.close();
  }

  /** Ends it with an error. */
  fail(error: Error): void {
    if (this.#ended) return;
    this.stop();
    this.#sink.error(error);
  }

  #ask(): void {
    this.#askTimer = undefined;
    if (this.#ended || this.#wanted < this.#next) return;
    if (this.#created) this.#stream?.send(watchProgressRequest());
    this.#askTimer = setTimeout(() => this.#ask(), progressAgainMs);
  }

  async #open(): Promise<void> {
    if (this.#ended) return;
    let over = false;
    try {
      const { stream, member } = await this.#setting.members.stream('/etcdserverpb.Watch/Watch', {
        message: (message) => {
          if (!over) this.#take(watchAnswer(message));
        },
        end: (error) => {
          if (!over) this.#lost(error);
          over = true;
        },
      });
      this.#stream = stream;
      this.#member = member;
      if (this.#ended) stream.close();
      else stream.send(watchCreateRequest(this.#range(), this.#next));
    } catch (error) {
      over = true;
      this.#lost(error instanceof GrpcError ? error : new GrpcError(grpcCode.unavailable, String(error)));
    }
  }

  #range(): PhysicalRange {
    return this.#setting.trustProgress ? this.#setting.keys.range(this.#setting.prefix) : { key: '', end: '\0' };
  }

  /** The stream is gone; another member may serve the next. */
  #lost(error: GrpcError): void {
    if (this.#ended) return;
    this.#pending = [];
    this.#created = false;
    if (error.code === grpcCode.permissionDenied) {
      this.fail(error);
      return;
    }
    if (this.#member !== undefined) this.#setting.members.leave(this.#member);
    this.#member = undefined;
    const wait = Math.min(retryMs * 2 ** Math.min(this.#attempts, 5), longestRetryMs);
    this.#attempts += 1;
    setTimeout(() => void this.#open(), wait);
  }

  #take(answer: WatchAnswer): void {
    if (this.#ended) return;
    try {
      this.#setting.inspect(answer.header);
      if (answer.canceled) {
        this.#canceled(answer);
        return;
      }
      this.#attempts = 0;
      if (answer.created) this.#created = true;
      this.#pending.push(...answer.events);
      if (answer.fragment) return;
      const events = this.#pending;
      this.#pending = [];
      if (events.length > 0) this.#deliver(events);
      else if (!answer.created && this.#setting.trustProgress) this.#progress(answer.header.revision);
    } catch (error) {
      this.fail(Error.isError(error) ? error : new Error(String(error)));
    }
  }

  #canceled({ compactRevision, cancelReason }: WatchAnswer): void {
    if (compactRevision > 0) {
      this.fail(new CompactedError(this.#next, compactRevision + 1));
    } else if (cancelReason.includes('permission denied')) {
      this.fail(new GrpcError(grpcCode.permissionDenied, cancelReason));
    } else {
      this.#stream?.close();
    }
  }

  #deliver(travelled: readonly WatchEvent[]): void {
    const { keys, prefix } = this.#setting;
    const events = travelled.filter(({ kv }) => kv.modRevision >= this.#next);
    const last = events.at(-1);
    if (last === undefined) return;
    const wanted = events.flatMap((event) => {
      const key = keys.logical(event.kv.key);
      return key?.startsWith(prefix) === true ? [toStoreEvent(event, key)] : [];
    });
    this.#next = last.kv.modRevision + 1;
    if (wanted.length > 0) this.#sink.events(wanted);
    if (!this.#ended) this.#sink.progress?.(last.kv.modRevision);
  }

  #progress(revision: number): void {
    if (revision < this.#next) return;
    this.#next = revision + 1;
    this.#sink.progress?.(revision);
  }
}

function toStoreEvent({ deleted, kv, previous: before }: WatchEvent, key: string): StoreEvent {
  const previous = before === undefined ? undefined : { ...before, key };
  const isNew = !deleted && kv.createRevision === kv.modRevision;
  // F48: compaction has taken the value before; a watch that starts so far back has lost part of its story.
  if (previous === undefined && !isNew) throw new CompactedError(kv.modRevision, kv.modRevision + 1);
  if (deleted && previous !== undefined) return { type: 'delete', key, revision: kv.modRevision, previous };
  return previous === undefined || isNew
    ? { type: 'put', kv: { ...kv, key } }
    : { type: 'put', kv: { ...kv, key }, previous };
}

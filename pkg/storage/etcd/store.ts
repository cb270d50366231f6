import { randomBytes } from 'node:crypto';
import {
  CompactedError,
  FutureRevisionError,
  LeaseNotFoundError,
  StoreUnavailableError,
  type CompactionTurn,
  type KeyValue,
  type RangeOptions,
  type RangeResult,
  type Store,
  type StoreStatus,
  type WatchOptions,
  type WatchSink,
  type WriteOptions,
  type WriteResult,
} from '../store.ts';
import { assertStorable, assertTtl } from '../write.ts';
import { batches } from './batches.ts';
import { Freshness } from './freshness.ts';
import { GrpcError, isPassing } from './grpc-error.ts';
import type { KeyMap } from './key-map.ts';
import type { Members } from './members.ts';
import { toWriteResult, translate } from './outcomes.ts';
import {
  compactionRequest,
  leaseGrantRequest,
  leaseRevokeRequest,
  loadRequest,
  rangeRequest,
  txnRequest,
  type RangeCall,
  type TxnWrite,
} from './requests.ts';
import {
  headerOf,
  rangeAnswer,
  statusAnswer,
  txnAnswer,
  type Header,
  type RangeAnswer,
  type TxnAnswer,
} from './responses.ts';
import { EtcdWatch } from './watch.ts';

/** What `openEtcdStore` has found out. */
export interface EtcdStoreParts {
  readonly members: Members;
  readonly keys: KeyMap;
  readonly trustProgress: boolean;
}

/** DS9: a range without a limit is read in pages of one revision. */
const pageSize = 2_000;
/** K21: the same key as kube-apiserver's, so that all servers on one etcd compact as one. */
const compactionKey = 'compact_rev_key';

/** A store in etcd, which other processes may use at the same time (K20–K25). */
export class EtcdStore implements Store {
  readonly shared = true;
  readonly #members: Members;
  readonly #keys: KeyMap;
  readonly #trustProgress: boolean;
  readonly #watches = new Set<EtcdWatch>();
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #freshness = new Freshness(() => this.#readRevision());
  #closed = false;
  #cluster = '';
  /** The highest revision anybody has been told. */
  #seen = 0;
  /** The lowest revision that is served; known only when this process has moved it. */
  #floor = 0;

  constructor({ members, keys, trustProgress }: EtcdStoreParts) {
    this.#members = members;
    this.#keys = keys;
    this.#trustProgress = trustProgress;
  }

  async currentRevision(): Promise<number> {
    this.#assertOpen();
    const revision = await this.#track(this.#freshness.next());
    for (const watch of this.#watches) watch.hurry(revision);
    return revision;
  }

  async get(key: string, revision = 0): Promise<{ readonly kv?: KeyValue; readonly revision: number }> {
    this.#assertOpen();
    this.#assertAbove(revision);
    const { items, header } = await this.#range({ key: this.#keys.physical(key), revision });
    const found = items[0];
    return found === undefined ? { revision: header.revision } : { kv: { ...found, key }, revision: header.revision };
  }

  async range(prefix: string, options: RangeOptions = {}): Promise<RangeResult> {
    this.#assertOpen();
    const { startKey, limit = 0, revision = 0, keysOnly = false, countOnly = false } = options;
    this.#assertAbove(revision);
    const wanted = { ...this.#keys.range(prefix, startKey), keysOnly, countOnly };
    const first = await this.#range({ ...wanted, revision, limit: limit === 0 ? pageSize : limit });
    const snapshot = revision === 0 ? first.header.revision : revision;
    const items = [...first.items];
    for (let page = first; page.more;) {
      if (limit !== 0) break;
      const key = `${page.items.at(-1)?.key ?? ''}\0`;
      page = await this.#range({ ...wanted, key, revision: snapshot, limit: pageSize });
      for (const item of page.items) items.push(item);
    }
    return {
      items: items.map((item) => ({ ...item, key: this.#keys.logical(item.key) ?? item.key })),
      count: first.count,
      more: limit !== 0 && first.more,
      revision: snapshot,
    };
  }

  async create(key: string, value: string, { lease = 0 }: WriteOptions = {}): Promise<WriteResult> {
    assertStorable({ kind: 'create', key, value, lease });
    return this.#write({ kind: 'put', key: this.#keys.physical(key), value, lease, prevKv: false }, key, 0);
  }

  async update(key: string, value: string, expected: number, { lease = 0 }: WriteOptions = {}): Promise<WriteResult> {
    assertStorable({ kind: 'update', key, value, expected, lease });
    const write = { kind: 'put', key: this.#keys.physical(key), value, lease, prevKv: true } as const;
    return expected > 0 ? this.#write(write, key, expected) : this.#refuse(key);
  }

  async delete(key: string, expected: number): Promise<WriteResult> {
    assertStorable({ kind: 'delete', key, expected });
    return expected > 0
      ? this.#write({ kind: 'delete', key: this.#keys.physical(key) }, key, expected)
      : this.#refuse(key);
  }

  watch(prefix: string, sink: WatchSink, { fromRevision, signal }: WatchOptions): void {
    this.#assertOpen();
    if (signal.aborted) return;
    const stop = (): void => {
      watch.stop();
      this.#watches.delete(watch);
    };
    const forget = (error: Error): void => {
      signal.removeEventListener('abort', stop);
      this.#watches.delete(watch);
      sink.error(error);
    };
    const setting = {
      members: this.#members,
      keys: this.#keys,
      prefix,
      trustProgress: this.#trustProgress,
      inspect: (header: Header) => this.#inspect(header, 0),
    };
    const own: WatchSink = {
      events: (events) => sink.events(events),
      progress: (revision) => sink.progress?.(revision),
      error: forget,
    };
    const watch = new EtcdWatch(setting, own, fromRevision);
    this.#watches.add(watch);
    signal.addEventListener('abort', stop, { once: true });
    if (fromRevision < this.#floor) queueMicrotask(() => watch.fail(new CompactedError(fromRevision, this.#floor)));
  }

  async grantLease(ttlSeconds: number): Promise<number> {
    this.#assertOpen();
    assertTtl(ttlSeconds);
    const lease = randomBytes(6).readUIntBE(0, 6) + 1;
    const grant = leaseGrantRequest(Math.ceil(ttlSeconds), lease);
    try {
      await this.#call('/etcdserverpb.Lease/LeaseGrant', grant);
    } catch (error) {
      // A second attempt finds what the first has done: the id is ours alone.
      if (!(error as Error).message.includes('lease already exists')) throw error;
    }
    return lease;
  }

  /** Ends a lease now. */
  async revokeLease(lease: number): Promise<void> {
    this.#assertOpen();
    await this.#call('/etcdserverpb.Lease/LeaseRevoke', leaseRevokeRequest(lease));
  }

  /** etcd keeps its compaction revision readable but not the value before it, so it is told one less. */
  async compact(revision: number): Promise<void> {
    this.#assertOpen();
    const current = await this.currentRevision();
    if (revision > current) throw new FutureRevisionError(revision, current);
    if (revision < 2) return;
    try {
      await this.#call('/etcdserverpb.KV/Compact', compactionRequest(revision - 1));
    } catch (error) {
      if (!(error instanceof CompactedError)) throw error;
      return;
    }
    this.#floor = Math.max(this.#floor, revision);
  }

  async takeCompactionTurn(last: CompactionTurn | undefined, revision: number): Promise<CompactionTurn> {
    this.#assertOpen();
    const write: TxnWrite = {
      kind: 'put',
      key: compactionKey,
      value: String(last?.revision ?? 0),
      lease: 0,
      prevKv: false,
    };
    const round = last?.round ?? 0;
    const body = txnRequest(write, 'version', round);
    const answer = txnAnswer(await this.#call('/etcdserverpb.KV/Txn', body, 'untouched'));
    return answer.succeeded
      ? { won: true, round: round + 1, revision: answer.header.revision }
      : { won: false, round: answer.version, revision };
  }

  async load(
    entries: readonly { readonly key: string; readonly value: string }[],
    { lease = 0 }: WriteOptions = {},
  ): Promise<void> {
    this.#assertOpen();
    const puts = entries.map(({ key, value }) => {
      assertStorable({ kind: 'create', key, value, lease });
      return { key: this.#keys.physical(key), value };
    });
    for (const batch of batches(puts)) await this.#call('/etcdserverpb.KV/Txn', loadRequest(batch, lease));
  }

  async status(): Promise<StoreStatus> {
    this.#assertOpen();
    const [revision, status] = await Promise.all([
      this.currentRevision(),
      this.#call('/etcdserverpb.Maintenance/Status', Buffer.alloc(0)),
    ]);
    const { sizeBytes, errors } = statusAnswer(status);
    const known = { revision, compactRevision: this.#floor, sizeBytes };
    return errors.length === 0 ? known : { ...known, problem: `etcd reports ${errors.join(', ')}` };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.allSettled(this.#underWay);
    this.#endWatches(closedError());
    this.#members.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #write(write: TxnWrite, key: string, expected: number): Promise<WriteResult> {
    this.#assertOpen();
    const body = txnRequest(write, 'modRevision', expected);
    let answer: TxnAnswer;
    try {
      answer = txnAnswer(await this.#call('/etcdserverpb.KV/Txn', body, 'untouched'));
    } catch (error) {
      if (error instanceof StoreUnavailableError && isPassing(error.cause))
        return this.#settle(write, key, expected, body);
      if (error instanceof GrpcError && error.message.includes('lease not found') && write.kind === 'put') {
        throw new LeaseNotFoundError(write.lease);
      }
      throw error;
    }
    return toWriteResult(answer, key);
  }

  /**
   * Nobody knows whether the first attempt was carried out. The same transaction once more settles it: only one of the
   * two can go through, and what stands there afterwards shows which.
   */
  async #settle(write: TxnWrite, key: string, expected: number, body: Buffer): Promise<WriteResult> {
    const answer = txnAnswer(await this.#call('/etcdserverpb.KV/Txn', body));
    if (answer.succeeded) return toWriteResult(answer, key);
    const { found } = answer;
    if (write.kind === 'put' && found?.value === write.value && found.modRevision > expected) {
      return { ok: true, revision: found.modRevision };
    }
    throw new StoreUnavailableError(
      `a member of etcd failed during a write of ${key}, and it may or may not have happened`,
    );
  }

  async #refuse(key: string): Promise<WriteResult> {
    const { kv } = await this.get(key);
    return kv === undefined ? { ok: false } : { ok: false, current: kv };
  }

  async #range(call: RangeCall): Promise<RangeAnswer> {
    try {
      return rangeAnswer(await this.#call('/etcdserverpb.KV/Range', rangeRequest(call).finish()));
    } catch (error) {
      if (error instanceof CompactedError)
        throw new CompactedError(call.revision ?? 0, Math.max(this.#floor, (call.revision ?? 0) + 1));
      if (error instanceof FutureRevisionError)
        throw new FutureRevisionError(call.revision ?? 0, await this.currentRevision());
      throw error;
    }
  }

  async #readRevision(): Promise<number> {
    const call = rangeRequest({ key: this.#keys.nothing, countOnly: true }).finish();
    return headerOf(await this.#call('/etcdserverpb.KV/Range', call)).revision;
  }

  /** All calls come through here: counted for `close`, errors in the words of the contract, revisions watched. */
  async #call(path: string, body: Buffer, retry: 'always' | 'untouched' = 'always'): Promise<Buffer> {
    const since = this.#seen;
    try {
      const answer = await this.#track(this.#members.call(path, body, retry));
      const linearizable = path.startsWith('/etcdserverpb.KV/') ? since : 0;
      this.#inspect(headerOf(answer), linearizable);
      return answer;
    } catch (error) {
      throw translate(error);
    }
  }

  /** F49: another cluster, or one that was set back. Whoever watches must read everything anew. */
  #inspect({ cluster, revision }: Header, since: number): void {
    const replaced = this.#cluster !== '' && cluster !== this.#cluster;
    const back = since > 0 && revision > 0 && revision < since;
    this.#cluster = cluster;
    if (!replaced && !back) {
      if (revision > this.#seen) this.#seen = revision;
      return;
    }
    const error = new StoreUnavailableError(
      replaced
        ? 'etcd is not the cluster it was; it was restored from a backup or replaced'
        : `etcd's revision went back from ${since} to ${revision}`,
    );
    this.#seen = revision;
    this.#floor = 0;
    this.#endWatches(error);
    throw error;
  }

  #endWatches(error: Error): void {
    const watches = [...this.#watches];
    this.#watches.clear();
    for (const watch of watches) watch.fail(error);
  }

  #track<T>(promise: Promise<T>): Promise<T> {
    this.#underWay.add(promise);
    const forget = (): void => void this.#underWay.delete(promise);
    promise.then(forget, forget);
    return promise;
  }

  #assertOpen(): void {
    if (this.#closed) throw closedError();
  }

  #assertAbove(revision: number): void {
    if (revision > 0 && revision < this.#floor) throw new CompactedError(revision, this.#floor);
  }
}

const closedError = (): StoreUnavailableError => new StoreUnavailableError('the store is closed');

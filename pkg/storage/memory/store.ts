import type { Clock } from '../../clock/index.ts';
import { systemClock } from '../../clock/index.ts';
import { LeaseTimer } from '../lease-timer.ts';
import { raisesFloor, readRevision } from '../revision-window.ts';
import type {
  KeyValue,
  RangeOptions,
  RangeResult,
  Store,
  StoreStatus,
  WatchOptions,
  WatchSink,
  WriteOptions,
  WriteResult,
} from '../store.ts';
import { LeaseNotFoundError, StoreUnavailableError } from '../store.ts';
import { Watchers } from '../watchers.ts';
import type { Write } from '../write.ts';
import { assertStorable, assertTtl, decideWrite, toWriteResult } from '../write.ts';
import { History } from './history.ts';
import { Leases } from './leases.ts';

/** How the memory store is set up. */
export interface MemoryStoreOptions {
  /** Time for leases; default the system's. */
  readonly clock?: Clock;
}

/**
 * A store in this process' memory, the one under the test environment: nothing survives it, everything else is as in
 * the contract. Writes are committed and published before the call returns.
 */
export class MemoryStore implements Store {
  readonly #history = new History();
  readonly #watchers = new Watchers(this.#history);
  readonly #leases = new Leases();
  readonly #leaseTimer: LeaseTimer;
  #closed = false;

  constructor({ clock = systemClock }: MemoryStoreOptions = {}) {
    this.#leaseTimer = new LeaseTimer(clock, (leases) => this.#expire(leases));
  }

  async currentRevision(): Promise<number> {
    this.#assertOpen();
    return this.#history.revision;
  }

  async get(key: string, revision?: number): Promise<{ readonly kv?: KeyValue; readonly revision: number }> {
    this.#assertOpen();
    const kv = this.#history.getAt(key, readRevision(this.#history, revision));
    return kv === undefined ? { revision: this.#history.revision } : { kv, revision: this.#history.revision };
  }

  async range(prefix: string, options: RangeOptions = {}): Promise<RangeResult> {
    this.#assertOpen();
    return this.#history.range(prefix, options, readRevision(this.#history, options.revision));
  }

  async create(key: string, value: string, { lease = 0 }: WriteOptions = {}): Promise<WriteResult> {
    return this.#write({ kind: 'create', key, value, lease });
  }

  async update(key: string, value: string, expected: number, { lease = 0 }: WriteOptions = {}): Promise<WriteResult> {
    return this.#write({ kind: 'update', key, value, expected, lease });
  }

  async delete(key: string, expected: number): Promise<WriteResult> {
    return this.#write({ kind: 'delete', key, expected });
  }

  watch(prefix: string, sink: WatchSink, options: WatchOptions): void {
    this.#assertOpen();
    this.#watchers.add(prefix, sink, options);
  }

  async grantLease(ttlSeconds: number): Promise<number> {
    this.#assertOpen();
    assertTtl(ttlSeconds);
    const lease = this.#leases.grant();
    this.#leaseTimer.add(lease, ttlSeconds * 1000);
    return lease;
  }

  async compact(revision: number): Promise<void> {
    this.#assertOpen();
    if (raisesFloor(this.#history, revision)) this.#history.compact(revision);
  }

  async status(): Promise<StoreStatus> {
    this.#assertOpen();
    const { revision, compactRevision, sizeBytes } = this.#history;
    return { revision, compactRevision, sizeBytes };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#leaseTimer.stop();
    this.#watchers.close(closedError());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #write(write: Write): WriteResult {
    this.#assertOpen();
    assertStorable(write);
    const lease = write.kind === 'delete' ? 0 : write.lease;
    if (lease !== 0 && !this.#leases.has(lease)) throw new LeaseNotFoundError(lease);
    const decision = decideWrite(write, this.#history.get(write.key), this.#history.revision + 1);
    if (decision.ok) {
      this.#leases.attach(write.key, lease);
      this.#history.append(decision.event);
      this.#watchers.publish([decision.event], this.#history.revision);
    }
    return toWriteResult(decision);
  }

  #expire(leases: readonly number[]): void {
    const keys = leases.flatMap((lease) => this.#leases.end(lease));
    const versions = keys.map((key) => ({ key, expected: this.#history.get(key)?.modRevision ?? 0 }));
    // A watcher may write a key that is still to go; what it wrote stays.
    for (const { key, expected } of versions) this.#write({ kind: 'delete', key, expected });
  }

  #assertOpen(): void {
    if (this.#closed) throw closedError();
  }
}

function closedError(): StoreUnavailableError {
  return new StoreUnavailableError('the store is closed');
}

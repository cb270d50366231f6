import { raisesFloor } from '../revision-window.ts';
import type { StoreEvent, WriteResult } from '../store.ts';
import { LeaseNotFoundError } from '../store.ts';
import type { Write } from '../write.ts';
import { decideWrite, toWriteResult } from '../write.ts';
import type { Committed } from './reader.ts';
import type { Tables } from './tables.ts';
import { toKeyValue, toVersion } from './version.ts';

/** The writes of one commit in the making: each sees those before it. */
export class Transaction {
  revision: number;
  compactRevision: number;
  readonly events: StoreEvent[] = [];
  /** Whether there is anything to commit: a refused write has taken nothing from the disk. */
  wrote = false;
  readonly #tables: Tables;

  constructor(tables: Tables, { revision, compactRevision }: Pick<Committed, 'revision' | 'compactRevision'>) {
    this.#tables = tables;
    this.revision = revision;
    this.compactRevision = compactRevision;
  }

  /** A conditional write; a refused one changes nothing. */
  write(write: Write): WriteResult {
    const lease = write.kind === 'delete' ? 0 : write.lease;
    if (lease !== 0 && !this.#tables.hasLease(lease)) throw new LeaseNotFoundError(lease);
    const before = this.#tables.latest(write.key);
    const decision = decideWrite(write, toKeyValue(before), this.revision + 1);
    if (decision.ok) {
      this.#tables.append(toVersion(decision.event, before?.revision ?? 0, lease));
      this.events.push(decision.event);
      this.revision += 1;
      this.wrote = true;
    }
    return toWriteResult(decision);
  }

  /** A lease that ends at that wall clock time, which is how it survives a restart. */
  grantLease(ttlMs: number, deadlineMs: number): number {
    this.wrote = true;
    return this.#tables.grant(ttlMs, deadlineMs);
  }

  /** Deletes what hangs on the lease, key by key, and the lease. */
  expireLease(lease: number): void {
    for (const key of this.#tables.keysOfLease(lease)) {
      this.write({ kind: 'delete', key, expected: this.#tables.latest(key)?.revision ?? 0 });
    }
    this.#tables.endLease(lease);
    this.wrote = true;
  }

  /** Moves the floor; the rows below it are swept later, a few with each commit. */
  compact(revision: number): void {
    if (!raisesFloor(this, revision)) return;
    this.#tables.setNumber('compact revision', revision);
    this.compactRevision = revision;
    this.wrote = true;
  }

  /** Leaves a gap in the revisions and puts the floor behind it, so that nobody mistakes new ones for old (K1). */
  skipRevisions(count: number): void {
    this.revision += count;
    this.#tables.setNumber('revision', this.revision);
    this.compact(this.revision);
  }

  /** Writes something that changes nothing, to see whether the disk takes it. */
  probe(): void {
    this.#tables.setNumber('compact revision', this.compactRevision);
    this.wrote = true;
  }
}

/**
 * Runs workers over a queue. p-queue bounds how many run; which key is next is the queue's to say, so at most one
 * task waits inside p-queue and takes its key when it starts (DQ2).
 */
import PQueue from 'p-queue';
import { Deadline } from '../clock/index.ts';
import type { Clock } from '../clock/index.ts';
import type { Logger } from '../logging/logger.ts';
import { decideRetry } from './retry-decision.ts';
import type { RetryDecision } from './retry-decision.ts';
import { stuckAfter } from './retry-delays.ts';

export interface WorkContext {
  /** Aborts when the queue stops or the time for one key is over. The slot stays taken until the worker returns. */
  readonly signal: AbortSignal;
  /** Failures of this key so far. */
  readonly failures: number;
}

/** Waiting leaves a worker as a value (P6). */
export type WorkResult = void | { readonly requeueAfterMs: number };

/** One key. A rejection is a failure; see `decideRetry`. */
export type Worker = (key: string, context: WorkContext) => Promise<WorkResult>;

export interface RunOptions {
  /** 5 by default (WQ16). */
  readonly concurrency?: number;
  readonly signal: AbortSignal;
  /** For one key; 30 s by default (WQ15). */
  readonly timeoutMs?: number;
  /** `decideRetry` by default. */
  readonly decide?: (error: unknown, key: string) => RetryDecision;
  /** WQ13: a key has failed 15 times or more; at most once an hour and key. */
  readonly onStuck?: (key: string, error: unknown) => void;
}

/** What a pool needs of a queue. */
interface Source {
  readonly clock: Clock;
  readonly log: Logger;
  readonly depth: number;
  take(): string | undefined;
  done(key: string): void;
  forget(key: string): void;
  numRequeues(key: string): number;
  addAfter(key: string, delayMs: number): void;
  addRateLimited(key: string, atLeastMs?: number): void;
  addStale(key: string): void;
}

const stuckEveryMs = 3_600_000;

export class WorkerPool {
  readonly #queue: Source;
  readonly #worker: Worker;
  readonly #options: RunOptions;
  readonly #pool: PQueue;
  readonly #stuckTold = new Map<string, number>();
  #feeding = false;

  constructor(queue: Source, worker: Worker, options: RunOptions) {
    this.#queue = queue;
    this.#worker = worker;
    this.#options = options;
    this.#pool = new PQueue({ concurrency: options.concurrency ?? 5 });
  }

  /**
   * Starts as many workers as there are keys and slots for, once whoever changed the queue has returned: work never
   * begins inside an informer's handler.
   */
  feed(): void {
    if (this.#feeding) return;
    this.#feeding = true;
    queueMicrotask(() => {
      this.#feeding = false;
      this.#start();
    });
  }

  async run(): Promise<void> {
    const { signal } = this.#options;
    this.feed();
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await this.#pool.onIdle();
  }

  #start(): void {
    while (!this.#options.signal.aborted && this.#queue.depth > 0 && this.#pool.size === 0) {
      // DQ6: the task never rejects.
      void this.#pool.add(() => this.#work());
    }
  }

  async #work(): Promise<void> {
    if (this.#options.signal.aborted) return;
    const key = this.#queue.take();
    if (key === undefined) return;
    this.feed();
    try {
      await this.#workOn(key);
    } catch (err) {
      this.#queue.log.error({ key, err }, 'Decision on a retry threw');
      this.#queue.addRateLimited(key);
    } finally {
      this.#queue.done(key);
    }
  }

  async #workOn(key: string): Promise<void> {
    const { signal, timeoutMs = 30_000 } = this.#options;
    using deadline = new Deadline(this.#queue.clock, timeoutMs, signal);
    try {
      const result = await this.#worker(key, { signal: deadline.signal, failures: this.#queue.numRequeues(key) });
      this.#queue.forget(key);
      this.#stuckTold.delete(key);
      if (result !== undefined) this.#queue.addAfter(key, result.requeueAfterMs);
    } catch (error) {
      if (!signal.aborted) this.#bringBack(key, error);
    }
  }

  #bringBack(key: string, error: unknown): void {
    const decision = (this.#options.decide ?? decideRetry)(error, key);
    const { kind, because } = decision;
    switch (kind) {
      case 'forget':
        this.#queue.forget(key);
        this.#queue.log.error({ key, because, err: error }, 'Work failed, key is dropped until it changes');
        return;
      case 'stale':
        this.#queue.addStale(key);
        this.#queue.log.debug({ key, because }, 'Cache has not caught up');
        return;
      case 'after':
        this.#queue.addAfter(key, decision.ms);
        this.#queue.log.warn({ key, because, err: error }, 'Work was refused, trying again later');
        return;
      case 'backoff':
        this.#queue.addRateLimited(key, decision.atLeastMs);
        this.#queue.log.warn({ key, because, err: error, failures: this.#queue.numRequeues(key) }, 'Work failed');
        this.#tellStuck(key, error);
        return;
      default:
        kind satisfies never;
    }
  }

  #tellStuck(key: string, error: unknown): void {
    if (this.#queue.numRequeues(key) < stuckAfter) return;
    const now = this.#queue.clock.monotonic();
    const told = this.#stuckTold.get(key);
    if (told !== undefined && now - told < stuckEveryMs) return;
    this.#stuckTold.set(key, now);
    this.#options.onStuck?.(key, error);
  }
}

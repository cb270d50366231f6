/**
 * The queue between informers and workers: each key at most once at a time, never lost, delayed and rate limited
 * where need be. What a key means is the controller's business.
 */
import { Condition, Deadline, systemClock } from '../clock/index.ts';
import type { Clock } from '../clock/index.ts';
import { silentLogger } from '../logging/logger.ts';
import type { Logger } from '../logging/logger.ts';
import type { MetricRegistry } from '../metrics/index.ts';
import { DelayedKeys } from './delayed-keys.ts';
import { KeyQueue } from './key-queue.ts';
import type { Priority } from './key-queue.ts';
import { QueueMetrics } from './queue-metrics.ts';
import { RetryDelays, stuckAfter } from './retry-delays.ts';
import type { RetryDelayOptions } from './retry-delays.ts';
import { WorkerPool } from './worker-pool.ts';
import type { RunOptions, Worker } from './worker-pool.ts';

export interface WorkQueueOptions {
  /** Label of the metrics; upstream: `endpoint`, `endpoint_slice`, `endpoint_slice_mirroring`. */
  readonly name: string;
  readonly clock?: Clock;
  /** In [0, 1); Math.random by default. */
  readonly random?: () => number;
  readonly log?: Logger;
  readonly metrics?: MetricRegistry;
  readonly retry?: RetryDelayOptions;
}

export class WorkQueue {
  readonly name: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly #random: () => number;
  readonly #metrics: QueueMetrics;
  readonly #keys = new KeyQueue();
  readonly #delayed: DelayedKeys;
  readonly #retries: RetryDelays;
  readonly #stuck = new Set<string>();
  readonly #changed = new Condition();
  #feed: (() => void) | undefined;
  #shuttingDown = false;
  #draining = false;

  constructor(options: WorkQueueOptions) {
    this.name = options.name;
    this.clock = options.clock ?? systemClock;
    this.log = options.log ?? silentLogger;
    this.#random = options.random ?? Math.random;
    this.#metrics = new QueueMetrics(options.metrics, options.name);
    this.#delayed = new DelayedKeys(this.clock, (key) => this.add(key));
    this.#retries = new RetryDelays(options.retry ?? {}, this.clock.monotonic());
    this.#metrics.depth.readBy(() => this.#keys.depth);
    this.#metrics.unfinished.readBy(() => this.#ages().reduce((sum, age) => sum + age, 0) / 1000);
    this.#metrics.longest.readBy(() => this.longestRunningMs / 1000);
    this.#metrics.stuck.readBy(() => this.#stuck.size);
  }

  /** Keys ready to be worked on. */
  get depth(): number {
    return this.#keys.depth;
  }

  /** Age of the oldest work under way; 0 when there is none (OB2 `workers`). */
  get longestRunningMs(): number {
    return Math.max(0, ...this.#ages());
  }

  /** WQ2: this key needs work. `background` is for what is not news: the first fill, resyncs (WQ12). */
  add(key: string, priority: Priority = 'live'): void {
    if (this.#shuttingDown) return;
    if (this.#keys.add(key, priority, this.clock.monotonic())) this.#metrics.adds.inc();
    this.#wake();
  }

  /** WQ7: the same after a delay; of several the earliest counts. */
  addAfter(key: string, delayMs: number): void {
    if (this.#shuttingDown) return;
    this.#metrics.retries.inc();
    if (delayMs > 0) this.#delayed.add(key, delayMs);
    else this.add(key);
  }

  /** The key failed: it comes back after its own growing delay and the queue's (WQ9, WQ10, WQ13). */
  addRateLimited(key: string, atLeastMs = 0): void {
    if (this.#shuttingDown) return;
    const delayMs = this.#retries.afterFailure(key, this.clock.monotonic(), this.#random());
    this.#retries.notStale(key);
    if (this.numRequeues(key) >= stuckAfter) this.#stuck.add(key);
    this.addAfter(key, Math.max(delayMs, atLeastMs));
  }

  /** The cache has not caught up: soon again, and no failure (WQ11). */
  addStale(key: string): void {
    if (!this.#shuttingDown) this.addAfter(key, this.#retries.afterStale(key));
  }

  /** The key succeeded or is gone: its failures count no longer. */
  forget(key: string): void {
    this.#retries.forget(key);
    this.#stuck.delete(key);
  }

  /** Failures since the key was last forgotten. */
  numRequeues(key: string): number {
    return this.#retries.failures(key);
  }

  /** WQ3: the next key, to be given back with `done`; waits for one. Undefined: shut down and empty. */
  async get(signal?: AbortSignal): Promise<string | undefined> {
    for (;;) {
      const key = this.take();
      if (key !== undefined || this.#shuttingDown) return key;
      await this.#changed.until(() => this.depth > 0 || this.#shuttingDown, signal);
    }
  }

  /** The next key if there is one now. */
  take(): string | undefined {
    const taken = this.#keys.take(this.clock.monotonic());
    if (taken === undefined) return undefined;
    this.#metrics.waited.observe(taken.waitedMs / 1000);
    return taken.key;
  }

  /** WQ4: the work on the key is over. */
  done(key: string): void {
    this.#metrics.worked.observe(this.#keys.done(key, this.clock.monotonic()) / 1000);
    this.#wake();
  }

  /**
   * Works on keys until the signal aborts; then resolves when the work under way is over. Failures come back as
   * `decide` says.
   */
  run(worker: Worker, options: RunOptions): Promise<void> {
    const pool = new WorkerPool(this, worker, options);
    this.#feed = () => pool.feed();
    return pool.run();
  }

  /** WQ5: no key is taken on any more; those that are ready are still handed out. Ends a drain. */
  shutDown(): void {
    this.#shuttingDown = true;
    this.#draining = false;
    this.#delayed.clear();
    this.#wake();
  }

  /** WQ5: the same, and waits until all work is over. False when the time was over first. */
  async shutDownWithDrain(deadlineMs: number): Promise<boolean> {
    this.shutDown();
    this.#draining = true;
    using deadline = new Deadline(this.clock, deadlineMs);
    try {
      await this.#changed.until(() => this.#keys.isEmpty || !this.#draining, deadline.signal);
    } catch {
      return false;
    }
    return this.#keys.isEmpty;
  }

  /** Time until the next delayed key is due; undefined when none waits. */
  nextDueMs(): number | undefined {
    return this.#delayed.nextInMs();
  }

  /** Nothing is ready, nothing under way, and nothing delayed falls due within that time. */
  isSettled(horizonMs = 0): boolean {
    if (!this.#keys.isEmpty) return false;
    const next = this.nextDueMs();
    return next === undefined || next > horizonMs;
  }

  /** Resolves when `isSettled`. */
  settled(horizonMs = 0, signal?: AbortSignal): Promise<void> {
    return this.#changed.until(() => this.isSettled(horizonMs), signal);
  }

  #ages(): number[] {
    const now = this.clock.monotonic();
    return [...this.#keys.startTimes()].map((startedAt) => now - startedAt);
  }

  #wake(): void {
    this.#feed?.();
    this.#changed.changed();
  }
}

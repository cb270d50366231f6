/** What every controller is given, what it gives back, and how it starts and ends (C4). */
import type { KubeObject } from '../api/types.ts';
import type { Client } from '../client/index.ts';
import type { Clock } from '../clock/index.ts';
import type { Informer, InformerFactory } from '../informer/index.ts';
import type { Logger } from '../logging/logger.ts';
import type { MetricRegistry } from '../metrics/index.ts';
import type { RetryDelayOptions, Worker } from '../workqueue/index.ts';
import { WorkQueue } from '../workqueue/index.ts';
import { decideSyncRetry } from './sync-error.ts';

/** Tells users something about an object; never waits and never fails. */
export interface EventSink {
  event(about: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): void;
}

export interface ControllerContext {
  readonly client: Client;
  /** Shared with other controllers. Start it after all of them have asked for what they watch. */
  readonly informers: InformerFactory;
  readonly clock: Clock;
  /** In [0, 1), to spread retries; Math.random by default. */
  readonly random?: () => number;
  readonly log: Logger;
  readonly metrics: MetricRegistry;
  /** A sink for events that name this component as their source. */
  readonly events: (component: string) => EventSink;
  /** The first sync waits for it: for leadership, say. Caches fill meanwhile (D5). At once by default. */
  readonly mayStart?: Promise<void>;
  /** Put around every sync of the controller of that name; nothing by default. */
  readonly around?: (controller: string, sync: Worker) => Worker;
  /** Aborting it stops the controller. */
  readonly signal: AbortSignal;
}

/** The queue of a controller; `name` is its label in metrics, as upstream's. */
export function queueOf(
  { clock, random, log, metrics }: ControllerContext,
  name: string,
  retry: RetryDelayOptions = {},
): WorkQueue {
  return new WorkQueue({ name, clock, log, metrics, retry, ...(random === undefined ? {} : { random }) });
}

export interface RunningController {
  readonly name: string;
  /** Every cache is filled and the workers have started; rejects when the signal aborts before. */
  readonly started: Promise<void>;
  /** The signal has aborted and no sync is under way. Never rejects. */
  readonly stopped: Promise<void>;
  /** Nothing to do now, nor within that time. */
  isSettled(horizonMs?: number): boolean;
  /** Age of the oldest sync under way; 0 when there is none. */
  readonly longestRunningMs: number;
}

export interface RunOptions {
  readonly name: string;
  readonly context: ControllerContext;
  readonly queue: WorkQueue;
  readonly sync: Worker;
  readonly workers: number;
  /** Everything the sync reads. */
  readonly watched: readonly Pick<Informer<KubeObject>, 'waitForSync'>[];
  /** After the caches are filled, before the first sync. */
  prepare?(): void;
  /** Delayed keys are routine looks that come for ever; nobody who waits for rest waits for them. */
  readonly periodic?: boolean;
  /** A second queue, worked on by one worker beside the others. */
  readonly beside?: { readonly queue: WorkQueue; readonly sync: Worker };
}

/** Q2: no sync, hence no write, before every cache is filled. */
export function runController(options: RunOptions): RunningController {
  const { name, context, queue, workers, watched, beside, periodic = false } = options;
  const { signal, log } = context;
  const sync = context.around?.(name, options.sync) ?? options.sync;
  const started = (async () => {
    await Promise.all(watched.map((informer) => informer.waitForSync(signal)));
    if (context.mayStart !== undefined) await unlessAborted(context.mayStart, signal);
    options.prepare?.();
    log.debug({ workers }, 'Controller started');
  })();
  const stopped = (async () => {
    try {
      await started;
    } catch {
      return;
    }
    await Promise.all([
      queue.run(sync, { concurrency: workers, signal, decide: decideSyncRetry }),
      beside?.queue.run(beside.sync, { concurrency: 1, signal }),
    ]);
    queue.shutDown();
    beside?.queue.shutDown();
    log.debug({}, 'Controller stopped');
  })();
  return {
    name,
    started,
    stopped,
    isSettled: (horizonMs = 0) =>
      (beside?.queue.isSettled(horizonMs) ?? true) && queue.isSettled(periodic ? 0 : horizonMs),
    get longestRunningMs() {
      return queue.longestRunningMs;
    },
  };
}

function unlessAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

export { StaleError, TerminalError } from './errors.ts';
export type { Priority } from './key-queue.ts';
export { decideRetry } from './retry-decision.ts';
export type { RetryDecision } from './retry-decision.ts';
export type { RetryDelayOptions } from './retry-delays.ts';
export { WorkQueue } from './work-queue.ts';
export type { WorkQueueOptions } from './work-queue.ts';
export type { RunOptions, WorkContext, Worker, WorkResult } from './worker-pool.ts';

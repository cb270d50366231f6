/** What the main thread and its workers tell each other. */
import type { Change } from '../../records/index.ts';
import type { AnswerOptions } from '../options.ts';
import type { FamilySnapshot } from './metric-snapshot.ts';

/** Options that survive the way into another thread: no functions. */
export type WorkerOptions = Omit<AnswerOptions, 'namespaceLabels' | 'objectLabels'>;

/** What a worker is started with. */
export interface WorkerStart {
  readonly options: WorkerOptions;
  readonly startSeconds: number;
  readonly countsSource: boolean;
}

export type ToWorker =
  | { readonly kind: 'changes'; readonly changes: readonly TimedChange[] }
  | { readonly kind: 'synced' }
  /** Undefined: the port of the options. */
  | { readonly kind: 'listen'; readonly port: number | undefined }
  | { readonly kind: 'measure'; readonly id: number }
  | { readonly kind: 'close'; readonly drainMs: number };

export interface TimedChange {
  readonly change: Change;
  readonly nowSeconds: number;
}

export type LogLevel = 'error' | 'warn' | 'info' | 'change' | 'debug' | 'trace';

export type FromWorker =
  | { readonly kind: 'listening'; readonly port: number }
  /** Errors lose their code on the way, so it travels beside. */
  | { readonly kind: 'failed'; readonly error: Error; readonly code?: string }
  | { readonly kind: 'measured'; readonly id: number; readonly families: readonly FamilySnapshot[] }
  | {
      readonly kind: 'log';
      readonly level: LogLevel;
      readonly fields: Record<string, unknown>;
      readonly message: string;
    }
  | { readonly kind: 'loop' }
  | { readonly kind: 'closed' };

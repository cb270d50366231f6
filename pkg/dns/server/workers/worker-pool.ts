import { silentLogger } from '../../../logging/logger.ts';
import type { Exposition } from '../../../metrics/index.ts';
import { Exporter } from '../../../metrics/index.ts';
import type { Change } from '../../records/index.ts';
import { slimChange } from '../../records/index.ts';
import type { Backend } from '../backend.ts';
import type { DnsServerOptions } from '../options.ts';
import { Member } from './member.ts';
import type { FromWorker, TimedChange, ToWorker, WorkerOptions, WorkerStart } from './messages.ts';
import { mergeSnapshots } from './metric-snapshot.ts';

/**
 * Several threads behind one port: the kernel gives each client to one of them. All hear of every change, in the same
 * order and with the same time, so that they agree on every answer and on the serial.
 */
export class WorkerPool implements Backend {
  readonly #options: DnsServerOptions;
  readonly #onLoop: () => void;
  readonly #members: readonly Member[];
  #batch: TimedChange[] = [];
  #port = 0;

  constructor(options: DnsServerOptions, startSeconds: number, onLoop: () => void) {
    this.#options = options;
    this.#onLoop = onLoop;
    this.#members = Array.from({ length: options.workers ?? 1 }, (_, index) => {
      const start: WorkerStart = { options: portable(options), startSeconds, countsSource: index === 0 };
      return new Member(start, (message) => this.#hear(message));
    });
  }

  get port(): number {
    return this.#port;
  }

  apply(change: Change, nowSeconds: number): void {
    if (this.#batch.length === 0) queueMicrotask(() => this.#flush());
    this.#batch.push({ change: slimChange(this.#filtered(change)), nowSeconds });
  }

  markSynced(): void {
    this.#flush();
    this.#tellAll({ kind: 'synced' });
  }

  /** One after the other: a port that the first draws is the port of all. */
  async listen(): Promise<void> {
    this.#flush();
    for (const member of this.#members) {
      const answer = await member.ask({ kind: 'listen', port: this.#port || undefined }, 'listening');
      if (answer.kind === 'failed') throw Object.assign(answer.error, { code: answer.code });
      this.#port = answer.port;
    }
  }

  async scrape(accept?: string): Promise<Exposition> {
    this.#flush();
    const snapshots = await Promise.all(this.#members.map((member) => member.measure()));
    return new Exporter(mergeSnapshots(snapshots)).scrape(accept);
  }

  async close(drainMs: number): Promise<void> {
    await Promise.all(this.#members.map((member) => member.close(drainMs)));
  }

  /** Label tests are functions and stay here: what they turn down is told as absent. */
  #filtered(change: Change): Change {
    if (change.object === undefined) return change;
    const { namespaceLabels, objectLabels } = this.#options;
    const test = change.kind === 'Namespace' ? namespaceLabels : objectLabels;
    const isVisible = test?.(change.object.metadata.labels ?? {}) ?? true;
    return isVisible ? change : { ...change, object: undefined };
  }

  #flush(): void {
    if (this.#batch.length === 0) return;
    this.#tellAll({ kind: 'changes', changes: this.#batch });
    this.#batch = [];
  }

  #tellAll(message: ToWorker): void {
    for (const member of this.#members) member.tell(message);
  }

  #hear(message: FromWorker): void {
    const { log = silentLogger } = this.#options;
    if (message.kind === 'loop') this.#onLoop();
    if (message.kind === 'failed') log.error({ err: message.error }, 'A DNS worker gave up');
    if (message.kind === 'log') log[message.level](message.fields, message.message);
  }
}

/** Of this thread alone: collaborators and functions, which cannot be sent. */
const LOCAL: ReadonlySet<string> = new Set([
  'source',
  'workers',
  'onLoop',
  'metrics',
  'log',
  'clock',
  'random',
  'namespaceLabels',
  'objectLabels',
] satisfies (keyof DnsServerOptions)[]);

/** What another thread can be given. */
function portable(options: DnsServerOptions): WorkerOptions {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !LOCAL.has(name)));
}

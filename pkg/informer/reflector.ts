/**
 * Keeps a copy of one collection in step with the server, for ever (IN1). A round is: fill, by a streaming list or a
 * plain one; then watch, as often as it can be resumed; then a pause. Only the signal ends it.
 */
import type { KubeObject } from '../api/types.ts';
import type { ResourceType } from '../api/resources.ts';
import { isStatusError } from '../api/status.ts';
import type { Status } from '../api/status.ts';
import type { Client, ListOptions, WatchEvent } from '../client/index.ts';
import { isTransportError, retryAfterMs } from '../client/index.ts';
import { sleep } from '../clock/index.ts';
import type { Clock } from '../clock/index.ts';
import type { Logger } from '../logging/logger.ts';
import { Backoff } from './backoff.ts';
import { fillByWatch } from './fill-by-watch.ts';
import { listAll } from './list-all.ts';
import type { ReflectorMetrics } from './reflector-metrics.ts';
import { ResumePoint } from './resume-point.ts';
import { WatchSession } from './watch-session.ts';
import { judgeWatchEnd, reasonOf } from './watch-verdict.ts';
import type { Verdict, WatchEnd } from './watch-verdict.ts';

/** Where a reflector writes. */
export interface ReflectorSink<T> {
  /** The whole content as of a version. */
  replace(items: readonly T[], version: string): Promise<void>;
  /** A change. `stale`: the sink knows a newer state and ignored it (IN26). */
  apply(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: T): 'applied' | 'stale';
  /** Everything up to this version has been given. */
  advance(version: string): void;
}

export type Scope = Pick<ListOptions, 'namespace' | 'labelSelector' | 'fieldSelector'>;

export interface ReflectorOptions<T> {
  readonly client: Client;
  readonly type: ResourceType;
  readonly scope: Scope;
  readonly sink: ReflectorSink<T>;
  /** Runs once on each incoming object before anybody sees it (IN40). */
  readonly transform: ((object: T) => T) | undefined;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  readonly metrics: ReflectorMetrics;
  /** IN18. */
  readonly streamingLists: boolean;
  readonly pageSize: number;
}

/** IN26: so many events older than the cache in one round, and the round is not believed any more. */
const staleLimit = 3;
/** Events applied before other work gets a turn (IN43). */
const stretch = 500;

export class Reflector<T extends KubeObject> {
  readonly #options: ReflectorOptions<T>;
  readonly #resume = new ResumePoint();
  readonly #backoff = new Backoff();
  #session: WatchSession<T> | undefined;
  #staleEvents = 0;
  #firstInternalErrorAt: number | undefined;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    options.metrics.watchGap(() => this.#watchGapSeconds());
  }

  /** Resolves when the signal has aborted and the last request is over. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { log, metrics } = this.#options;
    while (!signal.aborted) {
      let atLeastMs = 0;
      try {
        const because = await this.#round(signal);
        log.debug({ because }, 'Watch ended, listing anew');
        metrics.relist(because);
      } catch (err) {
        if (signal.aborted) return;
        log.warn({ err }, 'Collection could not be listed');
        metrics.relist(reasonOf(err));
        atLeastMs = retryAfterMs(err) ?? 0;
      } finally {
        this.#session?.close();
        this.#session = undefined;
      }
      await this.#pause(atLeastMs, signal);
    }
  }

  /** One fill and all watches after it; says why it was over. Rejects when the fill failed. */
  async #round(signal: AbortSignal): Promise<string> {
    this.#staleEvents = 0;
    this.#firstInternalErrorAt = undefined;
    if (!this.#options.streamingLists || !(await this.#fillByWatch(signal))) await this.#fillByList(signal);
    for (;;) {
      // IN23: what comes first on a watch from nowhere is in no order and says nothing about versions.
      const ordered = this.#session !== undefined || !['', '0'].includes(this.#resume.version);
      this.#session ??= this.#open(signal);
      const end = await this.#follow(this.#session, ordered);
      this.#session.close();
      this.#session = undefined;
      if (signal.aborted) return 'stopped';
      const verdict = typeof end === 'string' ? ({ next: 'endRound', because: end } as const) : judgeWatchEnd(end);
      if (verdict.next === 'endRound') return verdict.because;
      await this.#beforeReopening(verdict, signal);
    }
  }

  async #fillByList(signal: AbortSignal): Promise<void> {
    const { client, type, scope, transform, pageSize, sink } = this.#options;
    const shrink = transform as unknown as ListOptions['transform'];
    const listScope = shrink === undefined ? scope : { ...scope, transform: shrink };
    const { items, version } = await listAll<T>({ client, type, pageSize, signal, scope: listScope }, this.#resume);
    await sink.replace(items, version);
    this.#resume.filled(version);
  }

  /** True when the streaming list succeeded; its session then goes on as the watch (IN19, IN20). */
  async #fillByWatch(signal: AbortSignal): Promise<boolean> {
    const { sink, log, clock, transform } = this.#options;
    const filled = await fillByWatch<T>({
      open: (version) => this.#openStreamingList(version, signal),
      pause: (atLeastMs) => this.#pause(atLeastMs, signal),
      resume: this.#resume,
      kind: this.#options.type.kind,
      transform,
      clock,
      log,
      signal,
    });
    if (filled === undefined) return false;
    this.#session = filled.session;
    await sink.replace(filled.items, filled.version);
    this.#resume.filled(filled.version);
    return true;
  }

  /** Applies events until the stream is over. A string is a reason of our own to end the round. */
  async #follow(session: WatchSession<T>, ordered: boolean): Promise<WatchEnd | string> {
    const startedAt = this.#resume.version;
    let settled = ordered;
    const ended = () => ({ lastedMs: session.lastedMs, progressed: this.#resume.version !== startedAt });
    for (let count = 1; ; count++) {
      let event: WatchEvent<T> | undefined;
      try {
        event = await session.next();
      } catch (error) {
        return isOpenFailure(error) ? { kind: 'notOpened', error } : { kind: 'broken', error, ...ended() };
      }
      if (event === undefined) return { kind: 'ended', ...ended() };
      if (event.type === 'ERROR') {
        return { kind: 'errorEvent', status: event.object as unknown as Status, ...this.#streak(ended()) };
      }
      if (event.object.kind !== undefined && event.object.kind !== this.#options.type.kind) return 'wrong kind';
      settled ||= event.type !== 'ADDED';
      this.#apply(event);
      if (settled) this.#advance(event.object);
      if (this.#staleEvents >= staleLimit) return 'stale events';
      if (count % stretch === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #apply({ type, object }: WatchEvent<T>): void {
    if (type === 'BOOKMARK' || type === 'ERROR') return;
    const { sink, transform, metrics } = this.#options;
    if (sink.apply(type, transform === undefined ? object : transform(object)) === 'applied') return;
    this.#staleEvents += 1;
    metrics.staleEvent();
  }

  #advance(object: T): void {
    const version = object.metadata.resourceVersion;
    if (version === undefined || version === '') return;
    this.#resume.version = version;
    this.#options.sink.advance(version);
  }

  /** Where in a streak of internal errors this one stands (IN15). A stream that brought something ends the streak. */
  #streak({ progressed }: { readonly progressed: boolean }): { readonly streakMs: number | undefined } {
    const now = this.#options.clock.monotonic();
    const startedAt = progressed ? undefined : this.#firstInternalErrorAt;
    this.#firstInternalErrorAt = startedAt ?? now;
    return { streakMs: startedAt === undefined ? undefined : now - startedAt };
  }

  async #beforeReopening(verdict: Verdict & { readonly next: 'reopen' | 'reopenLater' }, signal: AbortSignal) {
    if (verdict.next === 'reopen') return;
    this.#options.log.debug({ because: verdict.because }, 'Watch could not be opened, trying again later');
    await this.#pause(verdict.atLeastMs, signal);
  }

  async #pause(atLeastMs: number, signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    const delayMs = Math.max(atLeastMs, this.#backoff.next(clock.monotonic(), random()));
    await sleep(clock, delayMs, signal).catch(() => {});
  }

  #open(signal: AbortSignal): WatchSession<T> {
    return this.#newSession({ resourceVersion: this.#resume.version }, signal);
  }

  #openStreamingList(resourceVersion: string, signal: AbortSignal): WatchSession<T> {
    const initial = { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' } as const;
    return this.#newSession({ ...initial, resourceVersion }, signal);
  }

  #newSession(request: ListOptions, signal: AbortSignal): WatchSession<T> {
    const { client, type, scope, clock, random } = this.#options;
    // IN4: spread over five minutes, so that not all watches end at once.
    const timeoutSeconds = 300 + Math.floor(random() * 300);
    const full = { ...scope, ...request, allowWatchBookmarks: true, timeoutSeconds };
    return new WatchSession<T>({ client, type, clock, signal, request: full });
  }

  #watchGapSeconds(): number {
    if (this.#session === undefined) return 0;
    return (this.#options.clock.monotonic() - this.#session.lastFrameAt) / 1000;
  }
}

/** Before a stream exists there is a refusal, or a server that cannot be reached or trusted. */
function isOpenFailure(error: unknown): boolean {
  return isStatusError(error) || isTransportError(error, 'refused', 'name', 'tls');
}

/**
 * Runs `decide` against a server: sends what it commands, tells it what came of it, watches the Lease so that it need
 * not wait for the next poll, and starts and stops the work that only a leader may do.
 */
import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';
import type { KubeObject } from '../api/types.ts';
import type { Client } from '../client/index.ts';
import { systemClock } from '../clock/index.ts';
import type { Clock, Timer } from '../clock/index.ts';
import { silentLogger } from '../logging/logger.ts';
import type { Logger } from '../logging/logger.ts';
import type { MetricRegistry } from '../metrics/index.ts';
import { decide } from './decide.ts';
import { initialState } from './election.ts';
import type { Command, ElectorConfig, ElectorState, Observation } from './election.ts';
import { ElectionMetrics } from './election-metrics.ts';
import { NotLeaderError } from './fence.ts';
import type { Fence } from './fence.ts';
import { LeaseAccess } from './lease-access.ts';
import { maySend } from './leader.ts';
import { holderOf, releasedLease } from './lease-record.ts';
import type { Instant } from './lease-record.ts';
import { watchLease } from './lease-watch.ts';
import { checkTimings, defaultTimings } from './timings.ts';
import type { Timings } from './timings.ts';

/** LE1: made anew with every process. */
export const newIdentity = (): string => `${hostname()}_${randomUUID()}`;

export interface ElectorOptions {
  /** With sockets and a rate limit of its own (LE3). */
  readonly client: Client;
  /** `kube-system` by default. */
  readonly namespace?: string;
  /** Never one that Kubernetes' own components use (LE23). */
  readonly name: string;
  /** `newIdentity()` by default. */
  readonly identity?: string;
  readonly timings?: Timings;
  readonly clock?: Clock;
  /** In [0, 1); Math.random by default. */
  readonly random?: () => number;
  readonly log?: Logger;
  readonly metrics?: MetricRegistry;
  /** LE25: `<identity> became leader`, `<identity> stopped leading`. */
  readonly recordEvent?: (lease: KubeObject, message: string) => void;
}

export interface ElectionCallbacks {
  /** The guarded work. It must end soon after its fence's signal aborts. When it ends by itself the lease is released. */
  readonly lead: (fence: Fence) => Promise<void>;
  /** Somebody's name is on the lease that was not there before. */
  readonly onNewLeader?: (identity: string) => void;
  readonly signal: AbortSignal;
}

export type Outcome =
  /** The signal aborted before this process led. */
  | { readonly kind: 'stopped' }
  /** It led, its work has ended, and the lease was given back (if the server could be reached). */
  | { readonly kind: 'released' }
  /** LE18: leading is over while the work may not be; the process must exit within a second. */
  | { readonly kind: 'lost'; readonly because: string };

const reservedNames = new Set(['kube-controller-manager', 'kube-scheduler']);
/** OB2: how far beyond its lease a process may think that it leads before it counts as dead. */
const unhealthyAfterMs = 20_000;

export class Elector {
  readonly identity: string;
  readonly fence: Fence;
  readonly #options: ElectorOptions;
  readonly #config: ElectorConfig;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #log: Logger;
  readonly #metrics: ElectionMetrics;
  readonly #access: LeaseAccess;
  readonly #leading = new AbortController();
  readonly #life = new AbortController();
  readonly #started = Promise.withResolvers<void>();
  readonly #over = Promise.withResolvers<Outcome>();
  #state: ElectorState = initialState;
  #timer: Timer | undefined;
  #deadline: Timer | undefined;
  #holder = '';
  #onNewLeader: ((identity: string) => void) | undefined;
  /** The request that is out. */
  #pending: Promise<void> = Promise.resolve();

  constructor(options: ElectorOptions) {
    const { namespace = 'kube-system', name, timings = defaultTimings } = options;
    if (reservedNames.has(name)) throw new Error(`leader election: the lease ${name} belongs to Kubernetes itself`);
    checkTimings(timings);
    this.identity = options.identity ?? newIdentity();
    this.#options = options;
    this.#config = { identity: this.identity, lease: { namespace, name }, timings };
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#log = (options.log ?? silentLogger).child({ lease: `${namespace}/${name}`, identity: this.identity });
    this.#metrics = new ElectionMetrics(options.metrics, name);
    this.#metrics.remaining.readBy(() => Math.max(0, this.#remainingMs()) / 1000);
    const timeoutMs = Math.max(1000, timings.renewDeadlineMs / 2);
    this.#access = new LeaseAccess(options.client, this.#clock, this.#config.lease, timeoutMs);
    this.fence = {
      permits: (requestMs) => maySend(this.#config, this.#state, requestMs, this.#clock.monotonic()),
      signal: this.#leading.signal,
    };
  }

  get isLeader(): boolean {
    return this.#state.phase === 'leader';
  }

  /** Whose name was last seen on the lease; empty when nobody's. */
  get holder(): string {
    return this.#holder;
  }

  /** Counts a write that the fence kept back. For `fenceTransport`. */
  readonly countRefusal = (): void => this.#metrics.refusals.inc();

  /** OB2: why this process should be restarted, if it should. */
  problem(): string | undefined {
    const overdueMs = -this.#remainingMs() - unhealthyAfterMs;
    const { leaseDurationMs, renewDeadlineMs } = this.#config.timings;
    if (!this.isLeader || overdueMs < leaseDurationMs - renewDeadlineMs) return undefined;
    return 'the lease was last renewed too long ago';
  }

  /** Takes part in the election until it is over for this process. Once only. */
  async run({ lead, onNewLeader, signal }: ElectionCallbacks): Promise<Outcome> {
    this.#onNewLeader = onNewLeader;
    const { client } = this.#options;
    const tell = (observation: Observation): void => this.#tell(observation);
    const settings = { client, clock: this.#clock, random: this.#random };
    const watching = watchLease(this.#config.lease, settings, tell, this.#life.signal);
    this.#tell({ kind: 'timer' });
    const office = this.#started.promise.then(() => this.#serve(lead, signal));
    const stopped = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    }).then((): Promise<Outcome> => (this.isLeader ? office : this.#withdraw()));
    try {
      return await Promise.race([this.#over.promise, office, stopped]);
    } finally {
      this.#halt();
      await watching;
    }
  }

  /** Does the guarded work until it ends or the signal aborts, renewing all the while; then gives the lease back. */
  async #serve(lead: ElectionCallbacks['lead'], signal: AbortSignal): Promise<Outcome> {
    const stop = (): void => this.#leading.abort(new NotLeaderError('this process is stopping'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    try {
      await lead(this.fence);
    } finally {
      signal.removeEventListener('abort', stop);
      stop();
      await this.#release();
    }
    return { kind: 'released' };
  }

  /** A candidate stops. If a write of its own is out, the lease may be its all the same. */
  async #withdraw(): Promise<Outcome> {
    await this.#release();
    return { kind: 'stopped' };
  }

  /** LE10, LE13: one attempt, and only if the lease just read names this process. */
  async #release(): Promise<void> {
    const { phase, busy } = this.#state;
    const mayHold = phase === 'leader' || (phase === 'candidate' && (busy === 'create' || busy === 'update'));
    this.#halt();
    await this.#pending;
    if (!mayHold) return;
    const never = new AbortController().signal;
    const found = await this.#access.read(never);
    if (found.kind !== 'read' || found.lease === undefined || holderOf(found.lease) !== this.identity) return;
    if (phase === 'leader') this.#record(found.lease, 'stopped leading');
    await this.#access.update(releasedLease(found.lease, this.#now()), never);
  }

  #tell(observation: Observation): void {
    if (this.#life.signal.aborted) return;
    const before = this.#state;
    const moment = { config: this.#config, now: this.#now(), chance: this.#random() };
    const { state, command } = decide(before, observation, moment);
    this.#state = state;
    if (state.phase !== before.phase) this.#changePhase(state);
    if (before.phase === 'leader' && command?.kind === 'read') this.#metrics.slowPath.inc();
    this.#noteHolder(state);
    this.#armDeadline();
    if (command !== undefined) this.#obey(command);
  }

  #changePhase({ phase, seen }: ElectorState): void {
    this.#metrics.status.set(phase === 'leader' ? 1 : 0);
    if (phase !== 'leader') return;
    this.#log.info({}, 'Became leader');
    if (seen !== undefined) this.#record(seen.lease, 'became leader');
    this.#started.resolve();
  }

  #obey(command: Command): void {
    this.#timer?.cancel();
    switch (command.kind) {
      case 'wait':
        this.#timer = this.#clock.after(command.ms, () => this.#tell({ kind: 'timer' }));
        return;
      case 'lose':
        this.#log.error({ because: command.because }, 'Lost the lease');
        this.#leading.abort(new NotLeaderError(command.because));
        this.#over.resolve({ kind: 'lost', because: command.because });
        return;
      case 'read':
        this.#send((signal) => this.#access.read(signal));
        return;
      case 'create':
        this.#send((signal) => this.#access.create(command.lease, signal));
        return;
      case 'update':
        this.#send((signal) => this.#access.update(command.lease, signal));
        return;
      default:
        command satisfies never;
    }
  }

  #send(request: (signal: AbortSignal) => Promise<Observation>): void {
    this.#pending = request(this.#life.signal).then((observation) => this.#tell(observation));
  }

  #armDeadline(): void {
    this.#deadline?.cancel();
    if (!this.isLeader) return;
    this.#deadline = this.#clock.after(Math.max(0, this.#remainingMs()), () => this.#tell({ kind: 'deadline' }));
  }

  #noteHolder({ phase, seen }: ElectorState): void {
    if (seen === undefined || phase === 'lost') return;
    const holder = holderOf(seen.lease);
    if (holder === this.#holder) return;
    this.#holder = holder;
    this.#metrics.transitions.inc();
    if (holder === '') return;
    this.#log.info({ holder }, 'New leader');
    this.#onNewLeader?.(holder);
  }

  #record(lease: KubeObject, what: string): void {
    this.#options.recordEvent?.(lease, `${this.identity} ${what}`);
  }

  #now(): Instant {
    return { monotonic: this.#clock.monotonic(), wall: this.#clock.now() };
  }

  /** Time until leading ends without another renewal; negative when it is overdue. */
  #remainingMs(): number {
    if (!this.isLeader) return 0;
    return this.#state.renewalSentAt + this.#config.timings.renewDeadlineMs - this.#clock.monotonic();
  }

  /** No request, no timer, no observation after this. */
  #halt(): void {
    this.#timer?.cancel();
    this.#deadline?.cancel();
    this.#life.abort(new Error('the election is over'));
    this.#state = { ...this.#state, phase: 'lost' };
    this.#metrics.status.set(0);
  }
}

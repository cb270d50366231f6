/**
 * Electors, a server and a network in which everything that can go wrong does, by one seed. True time is the
 * timeline's; each elector has a clock of its own that starts anywhere and may run fast or slow.
 */
import type { Command, Observation } from '../election.ts';
import { holderOf, releasedLease } from '../lease-record.ts';
import type { Instant } from '../lease-record.ts';
import { ActingLog } from './acting.ts';
import type { Stretch } from './acting.ts';
import { chanceOf } from './chance.ts';
import type { Faults } from './faults.ts';
import { LeaseServer } from './lease-server.ts';
import type { Reply } from './lease-server.ts';
import type { Machine } from './machine.ts';
import { Timeline } from './timeline.ts';

export interface WorldOptions {
  readonly seed: number;
  readonly electors: number;
  readonly faults: Faults;
  readonly make: (identity: string) => Machine;
}

interface Process {
  readonly machine: Machine;
  readonly rate: number;
  readonly offset: number;
  readonly watches: boolean;
  alive: boolean;
  /** Told to stop, or lost: no observation counts any more. */
  leaving: boolean;
  pausedUntil: number;
  cutOffUntil: number;
  /** The wait or request under way; what belongs to an older one is ignored. */
  turn: number;
  /** The deadline that a timer stands for. */
  armedFor: number | undefined;
}

export class World {
  readonly time = new Timeline();
  readonly server = new LeaseServer();
  readonly acting = new ActingLog();
  /** LE13: leases that were given back by somebody who did not hold them. */
  strayReleases = 0;
  readonly #options: WorldOptions;
  readonly #chance: () => number;
  readonly #processes: Process[] = [];
  #generation = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#chance = chanceOf(options.seed);
    for (let i = 0; i < options.electors; i++) this.time.at(this.#chance() * 3000, () => this.start());
    const { deletions, strangers, strangerSeconds } = options.faults;
    if (deletions > this.#chance()) this.#nowAndThen(() => this.server.delete());
    if (strangers > this.#chance()) this.#nowAndThen(() => this.server.usurp('stranger', strangerSeconds));
  }

  run(untilMs: number): readonly Stretch[] {
    this.time.runUntil(untilMs);
    return this.acting.finish(this.time.now);
  }

  get processes(): readonly Process[] {
    return this.#processes;
  }

  start(): Process {
    const { faults, make } = this.#options;
    const process: Process = {
      machine: make(`elector-${this.#generation++}`),
      rate: 1 + (2 * this.#chance() - 1) * faults.rateSkew,
      offset: this.#chance() * 1e6,
      watches: this.#chance() >= faults.watchlessShare,
      alive: true,
      leaving: false,
      pausedUntil: 0,
      cutOffUntil: 0,
      turn: 0,
      armedFor: undefined,
    };
    this.#processes.push(process);
    if (process.watches) this.server.watchers.add((lease) => this.#tell(process, { kind: 'watched', lease }));
    this.#deliver(process, { kind: 'timer' });
    this.#planTrouble(process);
    return process;
  }

  crash(process: Process): void {
    process.alive = false;
    this.acting.mayNot(process.machine.identity, this.time.now);
  }

  /** Stops acting, then gives the lease back. */
  stop(process: Process): void {
    if (!process.alive || process.leaving) return;
    const wasLeading = process.machine.isLeading;
    process.leaving = true;
    this.acting.mayNot(process.machine.identity, this.time.now);
    if (wasLeading) this.#release(process);
  }

  pause(process: Process, ms: number): void {
    process.pausedUntil = Math.max(process.pausedUntil, this.time.now + ms);
    if (process.machine.isFenced) return;
    // Without a fence, work goes on at the very moment the process does, before any timer of the elector.
    this.acting.mayNot(process.machine.identity, this.time.now);
    this.time.at(process.pausedUntil, () => {
      if (this.time.now >= process.pausedUntil) this.#noteActing(process);
    });
  }

  #planTrouble(process: Process): void {
    const { faults } = this.#options;
    const perMinute: readonly (readonly [number, () => void])[] = [
      [faults.partitions, () => (process.cutOffUntil = this.time.now + this.#chance() * 40_000)],
      [faults.pauses, () => this.pause(process, this.#chance() * 40_000)],
      [faults.crashes, () => this.#replace(process, () => this.crash(process))],
      [faults.gracefulStops, () => this.#replace(process, () => this.stop(process))],
    ];
    for (const [share, trouble] of perMinute) {
      for (let minute = 0; minute < 3; minute++) {
        if (this.#chance() < share) {
          this.time.after((minute + this.#chance()) * 60_000, () => {
            if (process.alive) trouble();
          });
        }
      }
    }
  }

  #replace(process: Process, end: () => void): void {
    if (process.leaving) return;
    end();
    this.time.after(this.#chance() * 5000, () => this.start());
  }

  #nowAndThen(happen: () => void): void {
    this.time.after(20_000 + this.#chance() * 20_000, () => {
      happen();
      this.#nowAndThen(happen);
    });
  }

  #instant(process: Process): Instant {
    return { monotonic: process.offset + this.time.now * process.rate, wall: 1.7e12 + this.time.now };
  }

  #toTrue(process: Process, monotonic: number): number {
    return (monotonic - process.offset) / process.rate;
  }

  /** Over the network, if it gets through. */
  #tell(process: Process, observation: Observation): void {
    const ms = this.#way(process);
    if (ms !== undefined) this.time.after(ms, () => this.#deliver(process, observation));
  }

  /** To the elector's own code, once its process runs. */
  #deliver(process: Process, observation: Observation): void {
    if (!process.alive || process.leaving) return;
    if (this.time.now < process.pausedUntil) {
      this.time.at(process.pausedUntil + 1, () => this.#deliver(process, observation));
      return;
    }
    const command = process.machine.step(observation, this.#instant(process), this.#chance());
    this.#noteActing(process);
    if (command !== undefined) this.#obey(process, command);
    this.#armDeadline(process);
  }

  #noteActing(process: Process): void {
    const { machine } = process;
    if (!process.alive || process.leaving) return;
    const until = this.#toTrue(process, machine.actsUntil(this.#instant(process)));
    if (machine.isLeading && until > this.time.now) this.acting.may(machine.identity, this.time.now, until);
    else this.acting.mayNot(machine.identity, this.time.now);
  }

  #armDeadline(process: Process): void {
    const at = process.machine.deadlineAt();
    if (at === undefined || at === process.armedFor) return;
    process.armedFor = at;
    // A thousandth later, so that conversion from clock to clock cannot make it early.
    this.time.at(this.#toTrue(process, at) + 0.001, () => this.#deliver(process, { kind: 'deadline' }));
  }

  #obey(process: Process, command: Command): void {
    const turn = ++process.turn;
    const answer = (observation: Observation) => {
      if (process.turn === turn) this.#deliver(process, observation);
    };
    switch (command.kind) {
      case 'wait':
        this.time.after(command.ms / process.rate, () => answer({ kind: 'timer' }));
        return;
      case 'lose':
        this.#lose(process);
        return;
      case 'read':
        this.#request(process, () => this.server.read(), answer);
        return;
      case 'create':
        this.#request(process, () => this.server.create(command.lease), answer);
        return;
      case 'update':
        this.#request(process, () => this.server.update(command.lease), answer);
        return;
      default:
        command satisfies never;
    }
  }

  #request(process: Process, serve: () => Reply, answer: (observation: Observation) => void): void {
    const sentAt = this.#instant(process).monotonic;
    let open = true;
    const once = (observation: Observation): void => {
      if (open) answer(observation);
      open = false;
    };
    this.time.after(process.machine.requestTimeoutMs / process.rate, () => once({ kind: 'failed' }));
    const there = this.#way(process);
    if (there === undefined) return;
    this.time.after(there, () => {
      const reply = serve();
      const back = this.#way(process);
      if (back !== undefined) this.time.after(back, () => once(observationOf(reply, sentAt)));
    });
  }

  /** How long one way takes; undefined: for ever. */
  #way(process: Process): number | undefined {
    const { slowShare, slowMs, lossShare } = this.#options.faults;
    const isLost = this.#chance() < lossShare;
    const isSlow = this.#chance() < slowShare;
    const ms = this.#chance() * (isSlow ? slowMs : 20);
    return isLost || this.time.now < process.cutOffUntil ? undefined : ms;
  }

  /** Our electors end with the loss; client-go's may still release (LE13). */
  #lose(process: Process): void {
    process.leaving = true;
    this.acting.mayNot(process.machine.identity, this.time.now);
    if (process.machine.mayRelease({ holder: '' })) this.#release(process);
    this.time.after(this.#chance() * 5000, () => this.start());
  }

  #release(process: Process): void {
    const send = (serve: () => Reply, then: (reply: Reply) => void): void => {
      const there = this.#way(process);
      if (there === undefined) return;
      this.time.after(there, () => {
        const reply = serve();
        const back = this.#way(process);
        if (back !== undefined) this.time.after(back, () => then(reply));
      });
    };
    send(
      () => this.server.read(),
      (reply) => {
        if (reply.kind !== 'found' || !process.machine.mayRelease({ holder: holderOf(reply.lease) })) return;
        send(
          () => {
            const answer = this.server.update(releasedLease(reply.lease, this.#instant(process)));
            if (answer.kind === 'stored' && holderOf(reply.lease) !== process.machine.identity) this.strayReleases += 1;
            return answer;
          },
          () => {},
        );
      },
    );
  }
}

function observationOf(reply: Reply, sentAt: number): Observation {
  switch (reply.kind) {
    case 'found':
      return { kind: 'read', lease: reply.lease };
    case 'absent':
      return { kind: 'read', lease: undefined };
    case 'stored':
      return { kind: 'written', lease: reply.lease, sentAt };
    case 'refused':
      return { kind: 'refused' };
    default:
      return reply satisfies never;
  }
}

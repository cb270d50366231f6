/**
 * What simulated containers have printed: that they started and ended, and a line for each request they answered. Kept
 * in memory, the current run of a container and the one before.
 */
import type { Moment } from './timeline.ts';

export interface Line {
  readonly at: number;
  readonly text: string;
}

interface Run {
  readonly number: number;
  readonly lines: Line[];
  ended: boolean;
}

interface Container {
  runs: Run[];
  readonly listeners: Set<() => void>;
}

/** What is noted of a container whenever its kubelet looks at it. */
export interface Noticed {
  readonly uid: string;
  readonly container: string;
  readonly moment: Moment;
  readonly exitCode: number;
  /** Said when a run begins. */
  readonly greeting: readonly string[];
}

const mostLines = 5000;

export class Journal {
  readonly #pods = new Map<string, Map<string, Container>>();

  note({ uid, container, moment, exitCode, greeting }: Noticed): void {
    if (moment.kind === 'creating') return;
    const known = this.#of(uid, container);
    const run = this.#run(known, moment.restartCount);
    const startedAt = moment.kind === 'running' ? moment.since : moment.startedAt;
    if (run.lines.length === 0) for (const text of greeting) append(run, { at: startedAt, text });
    if (moment.kind !== 'running' && !run.ended) {
      run.ended = true;
      append(run, { at: moment.exitedAt, text: `exiting with code ${exitCode}` });
    }
    for (const listener of known.listeners) listener();
  }

  /** A line of the run under way. */
  print(uid: string, container: string, at: number, text: string): void {
    const known = this.#of(uid, container);
    append(known.runs.at(-1) ?? this.#run(known, 0), { at, text });
    for (const listener of known.listeners) listener();
  }

  /** The Pod is gone. */
  forget(uid: string): void {
    const gone = [...(this.#pods.get(uid)?.values() ?? [])];
    this.#pods.delete(uid);
    for (const { runs, listeners } of gone) {
      for (const run of runs) run.ended = true;
      for (const listener of listeners) listener();
    }
  }

  /** The last run, or the last that has ended; undefined: there is none. */
  run(
    uid: string,
    container: string,
    previous: boolean,
  ): { readonly lines: readonly Line[]; readonly ended: boolean } | undefined {
    const runs = this.#pods.get(uid)?.get(container)?.runs ?? [];
    return previous ? runs.findLast(({ ended }) => ended) : runs.at(-1);
  }

  /** Resolves at the next line or end of that container; at once when the signal has aborted. */
  next(uid: string, container: string, signal: AbortSignal): Promise<void> {
    const { listeners } = this.#of(uid, container);
    return new Promise((resolve) => {
      const done = (): void => {
        listeners.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      if (signal.aborted) return resolve();
      listeners.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  #of(uid: string, container: string): Container {
    let pod = this.#pods.get(uid);
    if (pod === undefined) this.#pods.set(uid, (pod = new Map()));
    let known = pod.get(container);
    if (known === undefined) pod.set(container, (known = { runs: [], listeners: new Set() }));
    return known;
  }

  #run(known: Container, number: number): Run {
    const last = known.runs.at(-1);
    if (last?.number === number) return last;
    if (last !== undefined) last.ended = true;
    const run: Run = { number, lines: [], ended: false };
    known.runs = [...known.runs.slice(-1), run];
    return run;
  }
}

function append({ lines }: Run, line: Line): void {
  lines.push(line);
  if (lines.length > mostLines) lines.splice(0, mostLines / 10);
}

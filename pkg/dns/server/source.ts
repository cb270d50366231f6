import type { Change } from '../records/index.ts';

/** What a source tells. Calls are synchronous and may come before `run` returns its promise. */
export interface DnsSink {
  apply(change: Change): void;
  /** Everything that existed when the source was started has been applied: answers are complete from here on (S33). */
  synced(): void;
}

/** Where the objects come from: informers in a cluster, a list in tests and dry runs. */
export interface DnsSource {
  /** Feeds the sink until the signal aborts, then resolves. A rejection is logged and leaves the last state served. */
  run(sink: DnsSink, signal: AbortSignal): Promise<void>;
  /** Names of what is not complete yet, for people who ask `/ready`. */
  missing(): readonly string[];
}

/** A source whose whole content is given, and may be changed later with `push`. */
export class FixedSource implements DnsSource {
  readonly #changes: Change[];
  #sink: DnsSink | undefined;

  constructor(changes: Iterable<Change>) {
    this.#changes = [...changes];
  }

  run(sink: DnsSink, signal: AbortSignal): Promise<void> {
    this.#sink = sink;
    for (const change of this.#changes) sink.apply(change);
    sink.synced();
    return new Promise((done) => {
      if (signal.aborted) done();
      signal.addEventListener('abort', () => done(), { once: true });
    });
  }

  missing(): readonly string[] {
    return this.#sink === undefined ? ['objects'] : [];
  }

  /** Applies one more change. */
  push(change: Change): void {
    this.#changes.push(change);
    this.#sink?.apply(change);
  }
}

/** Observe mode: controllers do everything but write, and what they would have written is compared, counted and told. */
import { endpoints, endpointSlices } from '../api/resources.ts';
import type { Client } from '../client/index.ts';
import type { Clock } from '../clock/index.ts';
import type { Logger } from '../logging/logger.ts';
import type { Counter, Family, Gauge, MetricRegistry } from '../metrics/index.ts';
import type { Worker } from '../workqueue/index.ts';
import { Observation, type Difference, type Verdict } from './observation.ts';
import type { Find } from './service-of.ts';
import { WithholdingClient } from './withholding-client.ts';

export interface ObserverOptions {
  readonly find: Find;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: MetricRegistry;
  /** How long a difference may stand before it counts; 10 s by default. */
  readonly graceMs?: number;
}

/** What was seen since the start. */
export interface Summary {
  readonly syncs: number;
  /** Differences that went away by themselves: whoever writes was a moment behind. */
  readonly settled: number;
  readonly inFlight: number;
  /** Services that differ now, and have for longer than the grace. */
  readonly different: number;
}

const lookAgainMs = 1000;
const stillDifferentMs = 10_000;

export class Observer {
  readonly #options: ObserverOptions;
  readonly #observations = new Map<string, Observation>();
  readonly #syncs: Family<Counter>;
  readonly #settled: Family<Counter>;
  readonly #different: Family<Gauge>;

  constructor(options: ObserverOptions) {
    this.#options = options;
    const { metrics } = options;
    const labels = ['controller'];
    this.#syncs = metrics.counter({ name: 'observe_syncs_total', help: 'Syncs compared with what is there', labels });
    this.#settled = metrics.counter({
      name: 'observe_settled_total',
      help: 'Differences that somebody else wrote away within the grace',
      labels,
    });
    this.#different = metrics.gauge({
      name: 'observe_difference',
      help: 'Services with objects that would be written otherwise, for longer than the grace',
      labels: ['controller', 'kind'],
    });
  }

  /** The gate: one for each controller, so that it is known who would have written. */
  clientFor(controller: string, inner: Client): Client {
    const observation = this.#of(controller);
    return new WithholdingClient(inner, (write) => observation.withheld(write));
  }

  /** For `ControllerContext.around`. */
  readonly around = (controller: string, sync: Worker): Worker => {
    const observation = this.#of(controller);
    return async (key, work) => {
      observation.begin(key);
      try {
        const result = await sync(key, work);
        const again = this.#judge(controller, key, observation.end(key, this.#options.clock.monotonic()));
        return again === undefined ? result : { requeueAfterMs: again };
      } catch (error) {
        observation.abandon(key);
        throw error;
      }
    };
  };

  /** By controller and Service. */
  report(): Record<string, Record<string, readonly Difference[]>> {
    const all = [...this.#observations];
    return Object.fromEntries(all.map(([name, each]) => [name, Object.fromEntries(each.differences())]));
  }

  summary(): Summary {
    const controllers = [...this.#observations];
    const sum = (count: (name: string, each: Observation) => number): number =>
      controllers.reduce((total, [name, each]) => total + count(name, each), 0);
    return {
      syncs: sum((controller) => this.#syncs.with({ controller }).value),
      settled: sum((controller) => this.#settled.with({ controller }).value),
      inFlight: sum((_, each) => each.inFlight),
      different: sum((_, each) => each.differences().size),
    };
  }

  /** When to look again; undefined: when something happens. */
  #judge(controller: string, key: string, verdict: Verdict): number | undefined {
    const { log } = this.#options;
    this.#syncs.with({ controller }).inc();
    switch (verdict.kind) {
      case 'same':
        return undefined;
      case 'settled':
        this.#settled.with({ controller }).inc(verdict.reported ? 0 : 1);
        if (verdict.reported) log.info({ controller, service: key }, 'What is there is now what would be written');
        return undefined;
      case 'inFlight':
        return lookAgainMs;
      case 'different':
        if (verdict.isNew) {
          for (const difference of verdict.differences) {
            log.warn({ controller, service: key, ...difference }, 'Would be written otherwise');
          }
        }
        return stillDifferentMs;
      default:
        return verdict satisfies never;
    }
  }

  #of(controller: string): Observation {
    const known = this.#observations.get(controller);
    if (known !== undefined) return known;
    const observation = new Observation(this.#options.find, this.#options.graceMs ?? 10_000);
    this.#observations.set(controller, observation);
    for (const { kind } of [endpoints, endpointSlices]) {
      this.#different.with({ controller, kind }).readBy(() => countOf(observation, kind));
    }
    return observation;
  }
}

function countOf(observation: Observation, kind: string): number {
  return [...observation.differences().values()].filter((all) => all.some((one) => one.kind === kind)).length;
}

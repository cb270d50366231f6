/** Everything a listener needs to know about the service port it stands for; updated in place, shared by its listeners. */
import type { Clock } from '../../clock/clock.ts';
import type { Destination, Endpoint, PortPlan } from '../model/index.ts';
import { admit, type Surroundings } from './admission.ts';
import { Balancer, type Scope } from './balancer.ts';
import type { Counters } from './counters.ts';
import type { ListenAddress } from './place.ts';

/** Pino's shape; anything with these two methods will do. */
export interface Log {
  warn(fields: object, message: string): void;
  debug(fields: object, message: string): void;
}

export interface Machinery {
  readonly clock: Clock;
  readonly random: () => number;
  readonly counters: Counters;
  readonly log: Log;
  readonly surroundings: Surroundings;
  /** Where an endpoint's address is really reached. */
  readonly reach: (endpointIp: string, port: number) => ListenAddress;
}

export class Front {
  readonly machinery: Machinery;
  readonly #balancer: Balancer;
  #plan: PortPlan;

  constructor(plan: PortPlan, machinery: Machinery) {
    this.machinery = machinery;
    this.#plan = plan;
    this.#balancer = new Balancer({ now: () => machinery.clock.monotonic(), random: machinery.random });
    this.#balancer.update(plan);
  }

  get plan(): PortPlan {
    return this.#plan;
  }

  update(plan: PortPlan): void {
    this.#plan = plan;
    this.#balancer.update(plan);
  }

  /**
   * How a client of `destination` gets its endpoints: a function that gives one per attempt, heeding affinity at the
   * first only. Undefined: not admitted, or nobody is there.
   */
  endpointsFor(destination: Destination, clientIP: string): ((attempt: number) => Endpoint | undefined) | undefined {
    const scope: Scope | undefined = admit(this.#plan.service, destination, clientIP, this.machinery.surroundings);
    if (scope === undefined || this.#balancer.size(scope) === 0) return undefined;
    return (attempt) => (attempt === 0 ? this.#balancer.pick(scope, clientIP) : this.#balancer.next(scope, clientIP));
  }

  /** Whether a flow to this endpoint may go on (C4): it serves still, in whatever list. */
  isServing(endpoint: string): boolean {
    return this.#plan.endpoints.some(({ text, serving }) => text === endpoint && serving);
  }
}

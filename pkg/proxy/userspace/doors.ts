/** The open doors of one address family: what is listened on now, moved to what the model says after each change. */
import type { Change, Destination, Family, PortPlan, Protocol } from '../model/index.ts';
import { servicePortKey } from '../model/index.ts';
import { Front, type Machinery } from './front.ts';
import type { Listener, OpenListener } from './listener.ts';
import { placesFor, type Hosts, type ListenAddress, type Place } from './place.ts';

export interface DoorsOptions {
  readonly family: Family;
  readonly machinery: Machinery;
  readonly openers: Readonly<Partial<Record<Protocol, OpenListener>>>;
  readonly places: readonly Place[];
  readonly hosts: Hosts;
  /** Which destinations have doors. */
  readonly kinds: ReadonlySet<Destination['kind']>;
}

/** One destination and where it can be reached. */
export interface Route {
  readonly namespace: string;
  readonly name: string;
  readonly portName: string;
  readonly protocol: Protocol;
  readonly family: Family;
  readonly destination: Destination;
  /** Undefined while opening, and when every place was refused. */
  readonly listen: ListenAddress | undefined;
  readonly problem: string | undefined;
}

interface Door {
  readonly destination: Destination;
  readonly opening: Promise<void>;
  listener: Listener | undefined;
  problem: string | undefined;
  closed: boolean;
}

interface PortDoors {
  readonly front: Front;
  readonly doors: Map<string, Door>;
}

export class Doors {
  readonly #options: DoorsOptions;
  readonly #ports = new Map<string, PortDoors>();
  /** Closings that a new door on the same address must wait for. */
  #closing: Promise<unknown> = Promise.resolve();

  constructor(options: DoorsOptions) {
    this.#options = options;
  }

  /** Closes what went, then opens what came; established connections are not touched (G40, U24). */
  apply({ updated, removed }: Change): void {
    for (const { service } of removed) this.#remove(servicePortKey(service));
    for (const plan of updated) this.#closeStale(plan);
    for (const plan of updated) this.#update(plan);
  }

  routes(): Route[] {
    return [...this.#ports.values()].flatMap(({ front, doors }) => {
      const { namespace, name, portName, protocol } = front.plan.service;
      return [...doors.values()].map(({ destination, listener, problem }) => ({
        namespace,
        name,
        portName,
        protocol,
        family: this.#options.family,
        destination,
        listen: listener?.bound,
        problem,
      }));
    });
  }

  /** Resolves when every door that is wanted is open or has been refused. */
  async settled(): Promise<void> {
    const doors = [...this.#ports.values()].flatMap((port) => [...port.doors.values()]);
    await Promise.all(doors.map(({ opening }) => opening));
  }

  async close(): Promise<void> {
    const opened = this.settled();
    for (const key of this.#ports.keys()) this.#remove(key);
    await opened;
    await this.#closing;
  }

  #remove(key: string): void {
    for (const door of this.#ports.get(key)?.doors.values() ?? []) this.#shut(door);
    this.#ports.delete(key);
  }

  #closeStale(plan: PortPlan): void {
    const doors = this.#ports.get(servicePortKey(plan.service))?.doors ?? new Map<string, Door>();
    const wanted = new Set(this.#wanted(plan).map(destinationKey));
    for (const [key, door] of doors) {
      if (wanted.has(key)) continue;
      this.#shut(door);
      doors.delete(key);
    }
  }

  #update(plan: PortPlan): void {
    const key = servicePortKey(plan.service);
    const known = this.#ports.get(key);
    const port = known ?? { front: new Front(plan, this.#options.machinery), doors: new Map<string, Door>() };
    this.#ports.set(key, port);
    known?.front.update(plan);
    for (const destination of this.#wanted(plan)) {
      const door = port.doors.get(destinationKey(destination));
      if (door === undefined) port.doors.set(destinationKey(destination), this.#open(port.front, destination));
      else door.listener?.refresh();
    }
  }

  #wanted({ destinations }: PortPlan): Destination[] {
    return destinations.filter(({ kind }) => this.#options.kinds.has(kind));
  }

  #open(front: Front, destination: Destination): Door {
    const before = this.#closing;
    const door: Door = {
      destination,
      listener: undefined,
      problem: undefined,
      closed: false,
      opening: Promise.resolve()
        .then(() => before)
        .then(() => this.#tryPlaces(front, door)),
    };
    return door;
  }

  async #tryPlaces(front: Front, door: Door): Promise<void> {
    const { openers, family, places, hosts, machinery } = this.#options;
    const { protocol, text } = front.plan.service;
    const open = openers[protocol];
    // U29: Node has no SCTP.
    if (open === undefined) door.problem = `${protocol} is not supported by the user-space proxy`;
    for (const place of open === undefined ? [] : placesFor(door.destination, family, places, hosts)) {
      if (door.closed) return;
      try {
        const listener = await open?.(front, door.destination, place);
        if (door.closed) await listener?.close();
        else door.listener = listener;
        door.problem = undefined;
        return;
      } catch (error) {
        door.problem = (error as Error).message;
      }
    }
    machinery.log.warn(
      { servicePort: text, destination: door.destination, problem: door.problem },
      'Nothing to listen on',
    );
  }

  #shut(door: Door): void {
    door.closed = true;
    const closing = door.listener?.close();
    if (closing !== undefined) this.#closing = Promise.all([this.#closing, closing]);
  }
}

const destinationKey = ({ kind, ip, port }: Destination): string => `${kind} ${ip} ${port}`;

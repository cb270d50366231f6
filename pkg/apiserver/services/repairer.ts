/**
 * R1–R9: goes through Services and IPAddress objects at the start, every few minutes and on demand, and meanwhile looks a
 * little later at whatever changed. Decides in pkg/allocator; here it is read, written and told.
 */
import {
  type Finding,
  type NodePortPool,
  PortCensus,
  type Repair,
  repairAddress,
  repairService,
  type RepairView,
} from '../../allocator/index.ts';
import type { IPAddress, ServiceCIDR } from '../../api/types.ts';
import type { Clock, Timer } from '../../clock/index.ts';
import { completePlural } from '../../defaulting/service-read.ts';
import type { ObjectStore } from '../registry/object-store.ts';
import type { Resource } from '../registry/resource.ts';
import { timestamp } from '../resources/scope.ts';
import type { OwnEvents } from './own-events.ts';
import type { RepairCounts } from './repair-counts.ts';

export interface RepairerOptions {
  readonly objects: ObjectStore;
  readonly services: Resource;
  readonly ipAddresses: Resource;
  readonly cidrs: () => readonly ServiceCIDR[];
  /** Keys of the Services that hold an address, by its name. */
  readonly holders: (address: string) => readonly string[];
  /** A request that is under way has taken the address. */
  readonly isInFlight: (address: string) => boolean;
  readonly nodePorts: NodePortPool;
  readonly events: OwnEvents;
  readonly counts: RepairCounts;
  readonly clock: Clock;
  readonly stopping: AbortSignal;
  readonly intervalMs?: number;
  readonly onError: (error: unknown) => void;
}

const defaultIntervalMs = 180_000;
/** How long a change is left alone: allocations in flight look like damage. */
const suspicionMs = 5000;
/** Objects looked at before others get their turn. */
const batch = 200;

const reporters = { addresses: 'ipallocator-repair-controller', ports: 'portallocator-repair-controller' } as const;

export class Repairer {
  readonly #options: RepairerOptions;
  readonly #suspects = new Set<string>();
  #suspicion: Timer | undefined;
  #passes: Promise<void> = Promise.resolve();
  #running = 0;

  constructor(options: RepairerOptions) {
    this.#options = options;
  }

  get idle(): boolean {
    return this.#running === 0;
  }

  /** Resolves after the first pass. */
  async start(): Promise<void> {
    const { objects, ipAddresses, stopping } = this.#options;
    objects.cache(ipAddresses).subscribe({
      changed: ({ entry }) => this.#suspect(entry.key),
      lost: () => undefined,
    });
    stopping.addEventListener('abort', () => this.#suspicion?.cancel(), { once: true });
    await this.run();
    this.#arm();
  }

  /** One pass over everything. Passes do not overlap. */
  run(): Promise<void> {
    this.#running += 1;
    this.#passes = this.#passes.then(() => this.#guarded(() => this.#pass())).finally(() => (this.#running -= 1));
    return this.#passes;
  }

  #arm(): void {
    const { clock, stopping, intervalMs = defaultIntervalMs } = this.#options;
    const timer = clock.after(intervalMs, () => {
      stopping.removeEventListener('abort', cancel);
      void this.run().then(() => this.#arm());
    });
    const cancel = (): void => timer.cancel();
    stopping.addEventListener('abort', cancel, { once: true });
    if (stopping.aborted) cancel();
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    const { stopping, counts, onError } = this.#options;
    if (stopping.aborted) return;
    try {
      await work();
    } catch (error) {
      if (stopping.aborted) return;
      counts.failed();
      onError(error);
    }
  }

  async #pass(): Promise<void> {
    const { objects, services, ipAddresses, nodePorts, clock } = this.#options;
    const view = this.#view();
    const census = new PortCensus(nodePorts);
    let seen = 0;
    for (const [, entry] of objects.cache(services).current().iterate()) {
      if ((seen += 1) % batch === 0) await nextTurn();
      const service = completePlural(entry.parse());
      for (const finding of census.count(service)) await this.#report(finding, reporters.ports);
      // The pass reads an older picture; what is mended is decided on the present one.
      if (repairService(service, view).length > 0) await this.#mendService(entry.key);
    }
    for (const [name, entry] of objects.cache(ipAddresses).current().iterate()) {
      if ((seen += 1) % batch === 0) await nextTurn();
      if (repairAddress(entry.parse() as IPAddress, view, clock.now()).length > 0) await this.#mendAddress(name);
    }
  }

  #view(): RepairView {
    const { objects, services, ipAddresses, cidrs } = this.#options;
    return {
      cidrs: cidrs(),
      service: (namespace, name) => {
        const entry = objects.get(services, `${namespace}/${name}`);
        return entry === undefined ? undefined : completePlural(entry.parse());
      },
      address: (name) => objects.get(ipAddresses, name)?.parse() as IPAddress | undefined,
    };
  }

  async #mendService(key: string): Promise<void> {
    const { objects, services } = this.#options;
    const entry = objects.get(services, key);
    if (entry !== undefined) await this.#apply(repairService(completePlural(entry.parse()), this.#view()));
  }

  async #mendAddress(name: string): Promise<void> {
    const { objects, ipAddresses, clock, isInFlight } = this.#options;
    const entry = objects.get(ipAddresses, name);
    if (isInFlight(name)) this.#suspect(name);
    else if (entry !== undefined) {
      const repairs = repairAddress(entry.parse() as IPAddress, this.#view(), clock.now());
      if (repairs.some(({ kind }) => kind === 'wait')) this.#suspect(name);
      await this.#apply(repairs);
    }
  }

  /** Deletions and creations first: what they are told by may fail or take its time. */
  async #apply(repairs: readonly Repair[]): Promise<void> {
    const { objects, ipAddresses, clock } = this.#options;
    for (const repair of repairs) {
      if (repair.kind === 'delete') {
        const entry = objects.get(ipAddresses, repair.name);
        if (entry !== undefined) await objects.remove(ipAddresses, entry);
      } else if (repair.kind === 'create') {
        const { metadata } = repair.address;
        const identity = { uid: crypto.randomUUID(), creationTimestamp: timestamp(clock.now()) };
        const address = { ...repair.address, metadata: { ...metadata, ...identity } };
        await objects.create(ipAddresses, metadata.name ?? '', address);
      }
    }
    for (const repair of repairs) if (repair.kind === 'report') await this.#report(repair.finding, reporters.addresses);
  }

  async #report(finding: Finding, component: string): Promise<void> {
    const { about, reason, action, note } = finding;
    this.#options.counts.found(finding);
    await this.#options.events.warn({ component, about, reason, action, note });
  }

  #suspect(name: string): void {
    const { clock, stopping } = this.#options;
    this.#suspects.add(name);
    if (this.#suspicion !== undefined || stopping.aborted) return;
    this.#suspicion = clock.after(suspicionMs, () => {
      this.#suspicion = undefined;
      this.#running += 1;
      void this.#guarded(() => this.#lookAtSuspects()).finally(() => (this.#running -= 1));
    });
  }

  /** Both sides of an address that changed: its record, and the Service that had it. */
  async #lookAtSuspects(): Promise<void> {
    const { objects, ipAddresses, holders } = this.#options;
    const names = [...this.#suspects];
    this.#suspects.clear();
    for (const [index, name] of names.entries()) {
      if (index % batch === batch - 1) await nextTurn();
      if (objects.get(ipAddresses, name) !== undefined) await this.#mendAddress(name);
      else for (const key of holders(name)) await this.#mendService(key);
    }
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

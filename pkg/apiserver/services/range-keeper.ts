/** A37: gives every ServiceCIDR its finalizer and condition, and lets it go once nothing depends on it. */
import { ipAllocator, managedByLabel, planServiceCidr, serviceCidrFinalizer } from '../../allocator/index.ts';
import type { ServiceCIDR } from '../../api/types.ts';
import type { Clock, Timer } from '../../clock/index.ts';
import { cidrsOverlap, type Ip, parseCidr, parseIp } from '../../ip/index.ts';
import type { OwnClient } from '../bootstrap/bootstrap.ts';
import type { WatchCache } from '../watchcache/cache.ts';
import { applyReady } from './default-range.ts';
import type { OwnEvents } from './own-events.ts';

export interface RangeKeeperOptions {
  readonly client: OwnClient;
  readonly events: OwnEvents;
  readonly clock: Clock;
  readonly stopping: AbortSignal;
  readonly serviceCidrs: WatchCache;
  readonly addresses: WatchCache;
  readonly onError: (error: unknown) => void;
}

const component = 'service-cidr-controller';
const path = '/apis/networking.k8s.io/v1/servicecidrs';
const retryMs = 1000;

export class RangeKeeper {
  readonly #options: RangeKeeperOptions;
  readonly #wanted = new Set<string>();
  readonly #timers = new Map<string, Timer>();
  /** Ranges that addresses hold back. */
  readonly #draining = new Set<string>();
  #running = false;

  constructor(options: RangeKeeperOptions) {
    this.#options = options;
  }

  get idle(): boolean {
    return !this.#running;
  }

  start(): void {
    const { serviceCidrs, addresses, stopping } = this.#options;
    serviceCidrs.subscribe({
      changed: ({ entry }) => this.#enqueue(entry.key, ...this.#overlapping(entry.parse())),
      lost: () => undefined,
    });
    addresses.subscribe({ changed: () => this.#enqueue(...this.#draining), lost: () => undefined });
    this.#enqueue(...Array.from(serviceCidrs.current().iterate(), ([name]) => name));
    stopping.addEventListener('abort', () => this.#timers.forEach((timer) => timer.cancel()), { once: true });
  }

  /** Whose fate may hang on this one: an overlapping range may take its addresses over. */
  #overlapping({ spec, metadata }: ServiceCIDR): string[] {
    const own = (spec?.cidrs ?? []).flatMap((text) => parseCidr(text) ?? []);
    return this.#all()
      .filter((other) => other.metadata.name !== metadata.name && other.metadata.deletionTimestamp !== undefined)
      .filter((other) =>
        (other.spec?.cidrs ?? []).some((text) => {
          const cidr = parseCidr(text);
          return cidr !== undefined && own.some((mine) => cidrsOverlap(mine, cidr));
        }),
      )
      .map((other) => other.metadata.name ?? '');
  }

  #all(): ServiceCIDR[] {
    return Array.from(this.#options.serviceCidrs.current().iterate(), ([, entry]) => entry.parse() as ServiceCIDR);
  }

  #enqueue(...names: string[]): void {
    for (const name of names) this.#wanted.add(name);
    if (this.#running || this.#wanted.size === 0) return;
    this.#running = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    const { stopping } = this.#options;
    // One turn later, so that a burst of changes is looked at once.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#wanted.size > 0 && !stopping.aborted) {
      for (const name of Array.from(this.#wanted)) {
        this.#wanted.delete(name);
        await this.#attempt(name);
      }
    }
    this.#running = false;
  }

  async #attempt(name: string): Promise<void> {
    try {
      await this.#sync(name);
    } catch (error) {
      if (this.#options.stopping.aborted) return;
      this.#options.onError(error);
      this.#later(name, retryMs);
    }
  }

  async #sync(name: string): Promise<void> {
    const { client, clock, serviceCidrs } = this.#options;
    const stored = serviceCidrs.get(name)?.parse() as ServiceCIDR | undefined;
    this.#draining.delete(name);
    if (stored === undefined) return;
    if (stored.metadata.deletionTimestamp !== undefined) this.#draining.add(name);
    for (const step of planServiceCidr(stored, this.#all(), this.#managed(), clock.now())) {
      switch (step.kind) {
        case 'protect':
          await this.#patchFinalizers(name, { finalizers: [serviceCidrFinalizer] });
          break;
        case 'condition': {
          const status = await applyReady(client, component, name, step.ready, clock.now());
          if (status >= 300 && status !== 404) await this.#notReady(stored, status);
          break;
        }
        case 'wait':
          this.#later(name, step.ms);
          break;
        case 'release':
          await this.#patchFinalizers(name, { '$deleteFromPrimitiveList/finalizers': [serviceCidrFinalizer] });
      }
    }
  }

  *#managed(): Generator<Ip> {
    for (const [name, entry] of this.#options.addresses.current().iterate()) {
      const ip = parseIp(name);
      if (ip !== undefined && entry.labels?.[managedByLabel] === ipAllocator) yield ip;
    }
  }

  async #patchFinalizers(name: string, metadata: object): Promise<void> {
    const status = await this.#options.client.send(
      'PATCH',
      `${path}/${name}`,
      { metadata },
      'application/strategic-merge-patch+json',
    );
    if (status >= 300 && status !== 404) throw new Error(`finalizers of ServiceCIDR ${name}: answered ${status}`);
  }

  async #notReady(about: ServiceCIDR, status: number): Promise<void> {
    const note = 'The ServiceCIDR Status can not be set to Ready=True';
    await this.#options.events.warn({ component, about, reason: 'KubernetesServiceCIDRError', note });
    throw new Error(`status of ServiceCIDR ${about.metadata.name}: answered ${status}`);
  }

  #later(name: string, ms: number): void {
    const { clock, stopping } = this.#options;
    if (stopping.aborted) return;
    this.#timers.get(name)?.cancel();
    const timer = clock.after(ms, () => {
      this.#timers.delete(name);
      this.#enqueue(name);
    });
    this.#timers.set(name, timer);
  }
}

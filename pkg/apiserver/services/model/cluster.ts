/**
 * One API server's way of storing Services over a gated store, with several requests under way at once, and everything
 * that may befall it: crashes between any two writes, restarts, repair, records that vanish, addresses that leak.
 */
import { ipAddressFor } from '../../../allocator/index.ts';
import { StatusError } from '../../../api/status.ts';
import type { KubeObject, Service } from '../../../api/types.ts';
import { VirtualClock } from '../../../clock/index.ts';
import { parseIp } from '../../../ip/index.ts';
import { MetricRegistry } from '../../../metrics/index.ts';
import { OwnClient } from '../../bootstrap/bootstrap.ts';
import { builtinResources } from '../../registry/builtin.ts';
import { ObjectStore, prefixOf } from '../../registry/object-store.ts';
import { Registry } from '../../registry/registry.ts';
import type { Resource } from '../../registry/resource.ts';
import { timestamp } from '../../resources/scope.ts';
import { WatchCache } from '../../watchcache/cache.ts';
import { Feed } from '../../watchcache/feed.ts';
import { OwnEvents } from '../own-events.ts';
import { Repairer } from '../repairer.ts';
import { serveServices, type ServiceParts } from '../index.ts';
import { GatedStore } from './gated-store.ts';
import { Holdings } from './holdings.ts';
import { changeOf, nameOf, nodePorts, type Random, ranges, specFor } from './requests.ts';

const context = { version: 'v1', dryRun: false };

export class ModelCluster {
  readonly holdings = new Holdings();
  readonly store: GatedStore;
  readonly clock = new VirtualClock(Date.UTC(2026, 0, 1));
  readonly #random: Random;
  #life = new AbortController();
  #parts!: ServiceParts;
  #services!: Resource;
  #repairer!: Repairer;
  /** Requests under way. */
  active = 0;
  refused = 0;
  stored = 0;
  crashes = 0;
  repairs = 0;
  #failure: unknown;

  constructor(random: Random) {
    this.#random = random;
    this.store = new GatedStore((key, value) => {
      if (!key.startsWith('/registry/services/specs/')) return;
      try {
        this.holdings.changed(key, value === undefined ? undefined : (JSON.parse(value) as Service));
      } catch (error) {
        this.#failure ??= error;
      }
    });
    const range = { kind: 'ServiceCIDR', metadata: { name: 'kubernetes', uid: 'u' }, spec: { cidrs: ranges } };
    this.store.put('/registry/servicecidrs/kubernetes', JSON.stringify(range));
  }

  /** A server opens the store. */
  async open(): Promise<void> {
    this.#life = new AbortController();
    const registry = new Registry();
    for (const resource of builtinResources({ endpointSliceV1beta1: false })) registry.register(resource);
    const feed = new Feed(this.store, () => undefined);
    const caches = new Map<string, WatchCache>();
    for (const [group, name] of [
      ['', 'services'],
      ['networking.k8s.io', 'ipaddresses'],
      ['networking.k8s.io', 'servicecidrs'],
    ] as const) {
      const resource = registry.get(group, name);
      if (resource === undefined) throw new Error(name);
      const cache = new WatchCache(prefixOf(resource), this.clock);
      caches.set(cache.prefix, cache);
      feed.add(cache);
    }
    await feed.start(this.#life.signal);
    const objects = new ObjectStore(this.store, feed, caches, () => this.clock.now());
    const nodePortRange = `${nodePorts.first}-${nodePorts.last}`;
    const options = { store: this.store, clock: this.clock, serviceCidrs: ranges, nodePortRange };
    this.#parts = serveServices(options, registry, objects, new MetricRegistry());
    const services = registry.get('', 'services');
    if (services === undefined) throw new Error('services');
    this.#services = services;
    const silent = new OwnClient(async () => ({ status: 201, headers: {}, body: '' }), registry, objects, 'model');
    this.#repairer = new Repairer({
      ...this.#parts,
      events: new OwnEvents(silent, this.clock),
      clock: this.clock,
      stopping: this.#life.signal,
      cidrs: () => this.#parts.claims.cidrs(),
      holders: (address) => this.#parts.claims.holdersOf(address),
      isInFlight: (address) => this.#parts.claims.isInFlight(address),
      onError: (error) => (this.#failure ??= error),
    });
  }

  /** Everything in memory is lost, and so are some of the writes that were on their way. */
  async crash(): Promise<void> {
    this.crashes += 1;
    this.#life.abort();
    const pending = this.store.pending;
    this.store.crash();
    for (const write of pending) if (this.#random() < 0.5) write.apply(false);
    this.active = 0;
    await this.open();
  }

  create(): void {
    const name = nameOf(this.#random);
    const dryRun = this.#random() < 0.1;
    const uid = `u${this.stored}`;
    const object = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'n', uid, creationTimestamp: timestamp(this.clock.now()) },
      spec: specFor(this.#random),
    };
    this.#start(async () => {
      const prepared = await this.#services.behaviour.create(object, { ...context, dryRun });
      if (dryRun) return;
      const outcome = await this.#parts.objects.create(this.#services, `n/${name}`, prepared.object);
      await (outcome.ok ? prepared.reservation?.commit() : prepared.reservation?.rollback());
      if (outcome.ok) this.stored += 1;
    });
  }

  update(): void {
    const key = `n/${nameOf(this.#random)}`;
    const dryRun = this.#random() < 0.1;
    this.#start(async () => {
      const entry = this.#parts.objects.get(this.#services, key);
      if (entry === undefined) return;
      const stored = entry.parse();
      const next = changeOf(stored, this.#random);
      const prepared = await this.#services.behaviour.update(next, stored, '', { ...context, dryRun });
      if (dryRun) return;
      const outcome = await this.#parts.objects.replace(this.#services, entry, prepared.object);
      await (outcome.ok ? prepared.reservation?.commit() : prepared.reservation?.rollback());
    });
  }

  remove(): void {
    const key = `n/${nameOf(this.#random)}`;
    this.#start(async () => {
      const entry = this.#parts.objects.get(this.#services, key);
      if (entry === undefined) return;
      const stored: KubeObject = entry.parse();
      const outcome = await this.#parts.objects.remove(this.#services, entry);
      if (outcome.ok) await this.#services.behaviour.deleted?.(stored);
    });
  }

  repair(): void {
    this.repairs += 1;
    this.#start(() => this.#repairer.run());
  }

  /** Somebody deletes a record by hand. */
  vandalize(address: string): void {
    this.store.drop(`/registry/ipaddresses/${address}`);
  }

  /** A record of a Service that was never stored, as another server's crash leaves it. */
  leak(address: string): void {
    const ip = parseIp(address);
    const key = `/registry/ipaddresses/${address}`;
    if (ip === undefined || this.store.data.has(key) || this.#parts.claims.isInFlight(address)) return;
    if (this.#parts.claims.holdersOf(address).length > 0) return;
    const record = ipAddressFor(ip, { namespace: 'n', name: 'unborn' });
    const metadata = { ...record.metadata, uid: 'u', creationTimestamp: timestamp(this.clock.now()) };
    this.store.put(key, JSON.stringify({ ...record, metadata }));
  }

  /** Throws what has gone wrong so far. */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /**
   * With nothing under way and after a repair: a record for each address of a Service and no other, and the server's
   * memory holds exactly what the stored Services hold.
   */
  checkAtRest(): void {
    this.check();
    const records = [...this.store.data.keys()].filter((key) => key.startsWith('/registry/ipaddresses/'));
    const { claims } = this.#parts;
    for (const key of records) {
      const address = key.slice('/registry/ipaddresses/'.length);
      const owner = this.holdings.owners.get(address)?.slice('/registry/services/specs/'.length);
      const holders = claims.holdersOf(address);
      if (owner === undefined) throw new Error(`${address} has leaked`);
      if (holders.length !== 1 || holders[0] !== owner || claims.isInFlight(address))
        throw new Error(`${address} of ${owner} is held by ${holders.join(' and ')}`);
    }
    const counts = [records.length, claims.addresses, claims.ports];
    const expected = [this.holdings.addresses, this.holdings.addresses, this.holdings.ports];
    if (counts.join(' ') !== expected.join(' ')) {
      throw new Error(`records, addresses and ports taken: ${counts.join(', ')}; Services hold ${expected.join(', ')}`);
    }
  }

  #start(request: () => Promise<void>): void {
    this.active += 1;
    const life = this.#life;
    request()
      .catch((error: unknown) => {
        if (life.signal.aborted) return;
        if (error instanceof StatusError) this.#judgeRefusal(error);
        else this.#failure ??= error;
      })
      .finally(() => {
        if (!life.signal.aborted) this.active -= 1;
      });
  }

  /** Alone in the world, a request may only be refused an address or port that somebody really has. */
  #judgeRefusal({ message }: StatusError): void {
    this.refused += 1;
    const [, address] = /failed to allocate IP (\S+): provided IP is already allocated/.exec(message) ?? [];
    const [, port] = /nodePort: Invalid value: (\d+): provided port is already allocated/.exec(message) ?? [];
    const thing = address ?? port;
    if (thing === undefined || this.active > 1) return;
    if (this.holdings.owners.has(thing) || this.store.data.has(`/registry/ipaddresses/${thing}`)) return;
    this.#failure ??= new Error(`${thing} was refused although nobody has it`);
  }
}

/** Keeps two writers from becoming a storm of writes (CX5): stands before the client and beside the caches. */
import { endpoints, endpointSlices, services, type ResourceType } from '../api/resources.ts';
import { failure, isStatusError } from '../api/status.ts';
import type { KubeObject } from '../api/types.ts';
import type { Client, DeleteOptions, ObjectKey, WriteOptions } from '../client/index.ts';
import type { Clock } from '../clock/index.ts';
import type { InformerFactory } from '../informer/index.ts';
import type { Logger } from '../logging/logger.ts';
import type { Counter, MetricRegistry } from '../metrics/index.ts';
import type { EventSink } from '../reconcile/index.ts';
import { PassThroughClient } from './pass-through-client.ts';
import { Rivalry } from './rivalry.ts';
import { ownerOf, serviceKeyOf, type Find } from './service-of.ts';

export interface RivalGuardOptions {
  readonly find: Find;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: MetricRegistry;
  /** Changes by others within a minute after which a Service is left alone; 5 by default. */
  readonly most?: number;
  /** Told of each Service that is left alone from now on. */
  readonly events: EventSink;
}

export class RivalGuard {
  readonly #options: RivalGuardOptions;
  readonly #rivalry: Rivalry;
  readonly #competing: Counter;

  constructor(options: RivalGuardOptions) {
    this.#options = options;
    this.#rivalry = new Rivalry(options.most);
    const { metrics, clock } = options;
    const help = 'Writes not made because somebody else keeps changing the same objects';
    this.#competing = metrics.counter({ name: 'competing_writes_total', help }).with();
    const waiting = metrics.gauge({ name: 'competing_services', help: 'Services left alone for that reason' }).with();
    waiting.readBy(() => this.#rivalry.waiting(clock.monotonic()));
  }

  /** Listens to those informers that the controllers have asked for. Before they start. */
  watch(informers: InformerFactory): void {
    for (const informer of informers.informers()) {
      const { type } = informer;
      if (type === services || type === endpoints) informer.addHandler({ delete: (owner) => this.#ended(owner) });
      if (type !== endpoints && type !== endpointSlices) continue;
      informer.addHandler({
        update: (old, object) =>
          old === object ? undefined : this.#saw(type, object, object.metadata.resourceVersion),
        delete: (object) => this.#saw(type, object, undefined),
      });
    }
  }

  #saw(type: ResourceType, object: KubeObject, version: string | undefined): void {
    const service = serviceKeyOf(type, object);
    if (service === undefined) return;
    const owner = ownerOf(type, object);
    const { find, clock } = this.#options;
    const [namespace = '', name = ''] = service.split('/');
    const present = owner === undefined ? undefined : find(owner.type, { namespace, name: owner.name ?? name });
    const uid = present?.metadata.uid;
    // Garbage collection, or the server that takes the Endpoints of a deleted Service away.
    const goesWithOwner = present === undefined || (owner?.uid ?? uid) !== uid;
    if (version === undefined && goesWithOwner) return;
    this.#rivalry.saw(service, { uid: object.metadata.uid ?? '', version, owner: uid }, clock.monotonic());
  }

  /** The end of what goes with it may have been seen before its own. */
  #ended({ metadata: { namespace = '', name = '', uid = '' } }: KubeObject): void {
    this.#rivalry.ended(`${namespace}/${name}`, uid);
  }

  guard(inner: Client): Client {
    return new GuardedClient(inner, this.#options.find, {
      admit: (type, object) => this.#admit(type, object),
      wrote: (uid, version) => this.#rivalry.wrote(uid, version),
      conflicted: (type, object) => {
        const service = serviceKeyOf(type, object);
        if (service === undefined) return;
        this.#rivalry.conflicted(service, object.metadata.uid ?? '', this.#options.clock.monotonic());
      },
    });
  }

  #admit(type: ResourceType, object: KubeObject): void {
    const service = serviceKeyOf(type, object);
    if (service === undefined) return;
    const { ms, began } = this.#rivalry.mustWait(service, this.#options.clock.monotonic());
    if (ms === 0) return;
    this.#competing.inc();
    const seconds = Math.ceil(ms / 1000);
    const message = `another writer keeps changing the ${type.resource} of Service ${service}; left alone for ${seconds}s`;
    if (began) {
      this.#options.log.error({ service, seconds }, 'Another writer keeps changing what this process writes');
      const [namespace = '', name = ''] = service.split('/');
      const about = { apiVersion: 'v1', kind: 'Service', metadata: { namespace, name } };
      this.#options.events.event(about, 'Warning', 'CompetingController', message);
    }
    // As if the server were throttling: the key comes back by itself and the wait counts as no failure.
    throw failure(429, 'TooManyRequests', message, { retryAfterSeconds: seconds });
  }
}

interface Gate {
  /** Throws when the write must not be made. */
  admit(type: ResourceType, object: KubeObject): void;
  wrote(uid: string, version: string | undefined): void;
  conflicted(type: ResourceType, object: KubeObject): void;
}

class GuardedClient extends PassThroughClient {
  readonly #find: Find;
  readonly #gate: Gate;

  constructor(inner: Client, find: Find, gate: Gate) {
    super(inner);
    this.#find = find;
    this.#gate = gate;
  }

  override async create<T extends KubeObject>(type: ResourceType, object: T, options?: WriteOptions): Promise<T> {
    this.#gate.admit(type, object);
    return this.#note(await super.create(type, object, options));
  }

  override async update<T extends KubeObject>(type: ResourceType, object: T, options?: WriteOptions): Promise<T> {
    this.#gate.admit(type, object);
    try {
      return this.#note(await super.update(type, object, options));
    } catch (error) {
      if (isStatusError(error, 'Conflict')) this.#gate.conflicted(type, object);
      throw error;
    }
  }

  override async delete(type: ResourceType, key: ObjectKey, options?: DeleteOptions): Promise<void> {
    const known = this.#find(type, key);
    if (known !== undefined) this.#gate.admit(type, known);
    await super.delete(type, key, options);
    if (known?.metadata.uid !== undefined) this.#gate.wrote(known.metadata.uid, undefined);
  }

  #note<T extends KubeObject>(object: T): T {
    const { uid, resourceVersion } = object.metadata;
    if (uid !== undefined && resourceVersion !== undefined) this.#gate.wrote(uid, resourceVersion);
    return object;
  }
}

/**
 * A controller of your own: what it is about, what it owns, what else it watches, and one function that makes the world
 * as an object wants it. Informers, queue, retries and leader election are those that Fairlead's own controllers use.
 */
import type { ResourceType } from '../api/resources.ts';
import type { KubeObject } from '../api/types.ts';
import type { Client, ObjectKey } from '../client/index.ts';
import { systemClock, type Clock } from '../clock/index.ts';
import { EventRecorder } from '../events/index.ts';
import { InformerFactory, keyOf, splitKey, type Informer, type Reader } from '../informer/index.ts';
import { Elector } from '../leaderelection/index.ts';
import { silentLogger, type Logger } from '../logging/index.ts';
import { MetricRegistry } from '../metrics/index.ts';
import { queueOf, runController, type RunningController } from '../reconcile/controller.ts';
import { controllerOf } from '../workloads/index.ts';
import type { WorkQueue, WorkResult } from '../workqueue/index.ts';

export interface ControllerOptions {
  /** In metrics, logs and as the source of events. */
  readonly name: string;
  readonly client: Client;
  /** Watch only this namespace. Default: all. */
  readonly namespace?: string;
  /** Objects worked on at the same time, each by one worker. Default 5. */
  readonly workers?: number;
  /** Default the machine's. */
  readonly clock?: Clock;
  /** Default: says nothing. */
  readonly log?: Logger;
  readonly metrics?: MetricRegistry;
}

export interface ReconcileContext {
  readonly key: Required<ObjectKey>;
  readonly client: Client;
  /** The cache of a kind that was named with `owns` or `watches`. Objects are shared: copy before changing. */
  read<T extends KubeObject>(type: ResourceType): Reader<T>;
  /** Those of a kind named with `owns` whose controller the object is. */
  owned(type: ResourceType): readonly KubeObject[];
  /** An ownerReference to the object, for what it is to own. */
  readonly owner: NonNullable<KubeObject['metadata']['ownerReferences']>[number];
  /** Tells the object's user something; never waits, never fails. */
  event(type: 'Normal' | 'Warning', reason: string, message: string): void;
  readonly now: number;
  /** Aborts when the controller stops, or this key has taken too long. */
  readonly signal: AbortSignal;
}

/**
 * Called when something about an object has changed, one call at a time for each object. A rejection is tried again,
 * later and later; a TerminalError is not. `requeueAfterMs` asks for another look. Not called for objects that are gone.
 */
export type Reconcile<T> = (object: T, context: ReconcileContext) => Promise<WorkResult>;

export interface RunControllerOptions {
  readonly signal: AbortSignal;
  /** Only one process at a time reconciles: the one that holds this Lease. Default: no election. */
  readonly election?: { readonly namespace: string; readonly name: string };
}

export interface AuthorController {
  /** Resolves when the signal has aborted and no reconcile is under way. Rejects when leadership is lost: then exit. */
  run(options: RunControllerOptions): Promise<void>;
  /** Caches are filled and the workers run. */
  readonly ready: Promise<void>;
  /** Nothing to do now. */
  readonly idle: boolean;
}

interface Watched {
  readonly type: ResourceType;
  /** Keys of the main objects that a change is about; absent: the owner. */
  readonly map: ((object: KubeObject, all: Reader<KubeObject>) => readonly ObjectKey[]) | undefined;
}

/** Begins the description of a controller for objects of a kind. */
export function controllerFor<T extends KubeObject>(
  type: ResourceType,
  options: ControllerOptions,
): ControllerBuilder<T> {
  return new ControllerBuilder<T>(type, options, []);
}

export class ControllerBuilder<T extends KubeObject> {
  readonly #type: ResourceType;
  readonly #options: ControllerOptions;
  readonly #watched: readonly Watched[];

  constructor(type: ResourceType, options: ControllerOptions, watched: readonly Watched[]) {
    this.#type = type;
    this.#options = options;
    this.#watched = watched;
  }

  /** Whatever happens to an object of this kind brings back the object that is its controller. */
  owns(type: ResourceType): ControllerBuilder<T> {
    return this.#with({ type, map: undefined });
  }

  /** Whatever happens to an object of this kind brings back those that `map` names; `all` are the main objects. */
  watches(type: ResourceType, map: (object: KubeObject, all: Reader<T>) => readonly ObjectKey[]): ControllerBuilder<T> {
    return this.#with({ type, map: map as unknown as Watched['map'] });
  }

  /** Ends the description. */
  reconcile(reconcile: Reconcile<T>): AuthorController {
    return new Controller<T>(this.#type, this.#options, this.#watched, reconcile);
  }

  #with(watched: Watched): ControllerBuilder<T> {
    return new ControllerBuilder<T>(this.#type, this.#options, [...this.#watched, watched]);
  }
}

const ownerIndex = { owner: (child: KubeObject): string[] => [controllerOf(child)?.uid ?? ''] };
const idOf = ({ group, resource }: ResourceType): string => `${resource}.${group}`;
const keyText = ({ namespace = '', name }: ObjectKey): string => (namespace === '' ? name : `${namespace}/${name}`);

class Controller<T extends KubeObject> implements AuthorController {
  readonly ready: Promise<void>;
  readonly #type: ResourceType;
  readonly #options: ControllerOptions;
  readonly #watched: readonly Watched[];
  readonly #reconcile: Reconcile<T>;
  readonly #clock: Clock;
  #becomeReady: () => void = () => undefined;
  #running: (RunningController & { readonly caches: InformerFactory }) | undefined;

  constructor(type: ResourceType, options: ControllerOptions, watched: readonly Watched[], reconcile: Reconcile<T>) {
    this.#type = type;
    this.#options = options;
    this.#watched = watched;
    this.#reconcile = reconcile;
    this.#clock = options.clock ?? systemClock;
    this.ready = new Promise((resolve) => (this.#becomeReady = resolve));
  }

  get idle(): boolean {
    return this.#running !== undefined && this.#running.caches.idle && this.#running.isSettled();
  }

  async run({ signal, election }: RunControllerOptions): Promise<void> {
    if (election === undefined) return this.#work(signal);
    const { client, log = silentLogger, name } = this.#options;
    const elector = new Elector({ client, ...election, clock: this.#clock, log });
    const outcome = await elector.run({
      signal,
      lead: (fence) => this.#work(AbortSignal.any([signal, fence.signal])),
    });
    if (outcome.kind === 'lost') throw new Error(`${name} no longer leads: ${outcome.because}`);
  }

  async #work(signal: AbortSignal): Promise<void> {
    const { client, name, namespace, workers = 5, log = silentLogger } = this.#options;
    const metrics = this.#options.metrics ?? new MetricRegistry();
    const clock = this.#clock;
    const caches = new InformerFactory({ client, clock, log, metrics });
    const recorder = new EventRecorder({ client, clock, log, component: name });
    const context = {
      client,
      informers: caches,
      clock,
      log,
      metrics,
      signal,
      events: () => ({ event: () => undefined }),
    };
    const queue = queueOf(context, name);
    const scope = namespace === undefined ? {} : { namespace };
    const main = caches.for<T>(this.#type, scope);
    const others = new Map<string, Informer<KubeObject>>();
    for (const watched of this.#watched) {
      const isNamespaced = watched.type.namespaced ? scope : {};
      const informer = caches.for(watched.type, { ...isNamespaced, indexers: ownerIndex });
      others.set(idOf(watched.type), informer);
      bringBack(queue, main.store, informer, watched.map ?? this.#ownerOf(main.store));
    }
    main.addHandler({
      add: (object, isInitial) => queue.add(keyOf(object), isInitial ? 'background' : 'live'),
      update: (_, object) => queue.add(keyOf(object)),
      delete: (object) => queue.add(keyOf(object)),
    });
    const running = runController({
      name,
      context,
      queue,
      workers,
      watched: [main, ...others.values()],
      sync: async (key, work) => {
        const object = main.store.get(key);
        if (object === undefined) return;
        return this.#reconcile(object, this.#contextOf(key, object, others, recorder, work.signal));
      },
    });
    this.#running = Object.assign(running, { caches });
    running.started.then(this.#becomeReady, () => undefined);
    await Promise.all([caches.run(signal), running.stopped]);
    recorder.stop();
  }

  /** The object of the main kind that controls a child. */
  #ownerOf(all: Reader<T>): NonNullable<Watched['map']> {
    return (child) => {
      const reference = controllerOf(child);
      if (reference?.kind !== this.#type.kind) return [];
      const { namespace = '' } = child.metadata;
      const key = { ...(this.#type.namespaced ? { namespace } : {}), name: reference.name };
      return all.get(keyText(key))?.metadata.uid === reference.uid ? [key] : [];
    };
  }

  #contextOf(
    key: string,
    object: T,
    others: ReadonlyMap<string, Informer<KubeObject>>,
    recorder: EventRecorder,
    signal: AbortSignal,
  ): ReconcileContext {
    const { group, version, kind } = this.#type;
    const informerOf = (type: ResourceType): Informer<KubeObject> => {
      const found = others.get(idOf(type));
      if (found === undefined) throw new Error(`${idOf(type)} are not watched: name them with owns() or watches()`);
      return found;
    };
    const { namespace, name } = splitKey(key);
    return {
      key: { namespace, name },
      client: this.#options.client,
      read: <R extends KubeObject>(type: ResourceType) => informerOf(type).store as unknown as Reader<R>,
      owned: (type) => informerOf(type).store.byIndex('owner', object.metadata.uid ?? ''),
      owner: {
        apiVersion: group === '' ? version : `${group}/${version}`,
        kind,
        name,
        uid: object.metadata.uid ?? '',
        controller: true,
        blockOwnerDeletion: true,
      },
      event: (type, reason, message) =>
        recorder.record({ kind, apiVersion: `${group}/${version}`, ...object }, type, reason, message),
      now: this.#clock.now(),
      signal,
    };
  }
}

function bringBack<T extends KubeObject>(
  queue: WorkQueue,
  all: Reader<T>,
  informer: Informer<KubeObject>,
  map: NonNullable<Watched['map']>,
): void {
  const about = (object: KubeObject): void => {
    for (const key of map(object, all)) queue.add(keyText(key));
  };
  informer.addHandler({
    add: (object, isInitial) => (isInitial ? undefined : about(object)),
    update: (old, object) => {
      about(old);
      about(object);
    },
    delete: about,
  });
}

/** A cluster for tests of controllers: a server, a clock that stands still, and controllers started on demand. */
import type { ResourceType } from '../../api/resources.ts';
import type { KubeObject } from '../../api/types.ts';
import type { Client } from '../../client/index.ts';
import { advanceSettled, VirtualClock } from '../../clock/index.ts';
import { InformerFactory } from '../../informer/index.ts';
import { silentLogger } from '../../logging/logger.ts';
import { MetricRegistry } from '../../metrics/index.ts';
import type { ControllerContext, RunningController } from '../../reconcile/index.ts';
import { MemoryClient } from './memory-client.ts';
import { ObservedClient } from './observed-client.ts';

export interface TestCluster {
  /** For the test's own hands. */
  readonly client: Client;
  /** What controllers use; everything they write is noted. */
  readonly observed: ObservedClient;
  readonly clock: VirtualClock;
  readonly metrics: MetricRegistry;
  /** `Warning Reason about NAMESPACE/NAME: message`. */
  readonly events: string[];
  /** Starts a controller and waits until it works. */
  start<Options>(
    controller: (context: ControllerContext & { options?: Options }) => RunningController,
    options?: Options,
  ): Promise<RunningController>;
  /** The same without waiting, for caches that never fill. */
  begin<Options>(
    controller: (context: ControllerContext & { options?: Options }) => RunningController,
    options?: Options,
  ): RunningController;
  create<T extends KubeObject>(type: ResourceType, object: T): Promise<T>;
  /** Reads, changes and writes. */
  change<T extends KubeObject>(type: ResourceType, name: string, edit: (object: T) => void): Promise<T>;
  /** Lets time pass, and everything that follows from it happen. */
  pass(ms?: number): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Where the objects live. */
export interface Ground {
  readonly client: Client;
  readonly clock: VirtualClock;
  /** Lets time pass until nothing happens any more. */
  pass(ms: number): Promise<void>;
  stop(): Promise<void>;
}

/** On the least server there is: nothing is validated, nothing defaulted, and it takes a millisecond. */
export function makeCluster(): TestCluster {
  const clock = new VirtualClock();
  const client = new MemoryClient(clock);
  return clusterOn({ client, clock, pass: (ms) => advanceSettled(clock, ms), stop: async () => {} });
}

export function clusterOn(ground: Ground): TestCluster {
  const { client, clock } = ground;
  const observed = new ObservedClient(client);
  const metrics = new MetricRegistry();
  const events: string[] = [];
  const stop = new AbortController();
  const { signal } = stop;
  const running: Promise<void>[] = [];

  const begin: TestCluster['begin'] = (controller, options) => {
    const settings = { client: observed, clock, random: () => 0, freeze: true, streamingLists: false };
    const informers = new InformerFactory(settings);
    const sink = () => ({
      event: (about: KubeObject, type: string, reason: string, message: string) => {
        events.push(`${type} ${reason} about ${about.metadata.namespace}/${about.metadata.name}: ${message}`);
      },
    });
    const random = (): number => 0;
    const shared = { client: observed, informers, clock, random, log: silentLogger, metrics, events: sink, signal };
    const started = controller({ ...shared, ...(options === undefined ? {} : { options }) });
    started.started.catch(() => {});
    running.push(informers.run(signal), started.stopped);
    return started;
  };
  const pass = (ms = 0): Promise<void> => ground.pass(ms);
  return {
    client,
    observed,
    clock,
    metrics,
    events,
    begin,
    pass,
    async start(controller, options) {
      const started = begin(controller, options);
      await pass();
      await started.started;
      return started;
    },
    async create(type, object) {
      const created = await client.create(type, object);
      await pass();
      return created;
    },
    async change<T extends KubeObject>(type: ResourceType, name: string, edit: (object: T) => void): Promise<T> {
      const object = await client.get<T>(type, type.namespaced ? { namespace: 'ns', name } : { name });
      edit(object);
      const changed = await client.update(type, object);
      await pass();
      return changed;
    },
    async [Symbol.asyncDispose]() {
      stop.abort(new Error('the test is over'));
      await pass();
      await Promise.all(running);
      await ground.stop();
    },
  };
}

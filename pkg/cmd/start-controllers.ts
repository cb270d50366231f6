/** Every controller over one client: what follows Services, and what runs Pods. */
import { startDaemonSetController } from '../../controllers/daemonset/index.ts';
import { startDeploymentController } from '../../controllers/deployment/index.ts';
import { startEndpointsController } from '../../controllers/endpoints/index.ts';
import { startEndpointSliceController } from '../../controllers/endpointslice/index.ts';
import { startEndpointSliceMirroringController } from '../../controllers/endpointslicemirroring/index.ts';
import { startJobController } from '../../controllers/job/index.ts';
import { startLoadBalancerController, type LoadBalancerOptions } from '../../controllers/loadbalancer/index.ts';
import { startNodeLifecycleController } from '../../controllers/node-lifecycle/index.ts';
import { startReplicaSetController } from '../../controllers/replicaset/index.ts';
import { startStatefulSetController } from '../../controllers/statefulset/index.ts';
import type { Client } from '../client/index.ts';
import type { Clock } from '../clock/index.ts';
import { EventRecorder } from '../events/index.ts';
import { InformerFactory } from '../informer/index.ts';
import type { Logger } from '../logging/index.ts';
import type { MetricRegistry } from '../metrics/index.ts';
import { startNodes, type NodesOptions } from '../nodes/index.ts';
import type { ControllerContext, EventSink, RunningController } from '../reconcile/index.ts';

export interface ControllersOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: MetricRegistry;
  readonly signal: AbortSignal;
  /** Addresses for Services of type LoadBalancer; absent: they stay pending. */
  readonly loadBalancer?: LoadBalancerOptions;
  /** Simulated nodes; absent: none. */
  readonly nodes?: NodesOptions;
}

export interface Controllers {
  readonly all: readonly RunningController[];
  /** What the Service controllers read: Pods and Nodes without what nobody there looks at. */
  readonly informers: InformerFactory;
  /** What workloads and nodes read: all of each Pod and Node. */
  readonly wholeInformers: InformerFactory;
  /** Runs all informers; resolves when the signal has aborted and everything has stopped. */
  run(): Promise<void>;
  /** Every cache is filled and every worker has started. */
  readonly started: Promise<void>;
  /** Nobody has anything to do, nor will within that time. */
  isSettled(horizonMs?: number): boolean;
}

const serviceControllers = [
  startEndpointsController,
  startEndpointSliceController,
  startEndpointSliceMirroringController,
];
const workloadControllers = [
  startReplicaSetController,
  startDeploymentController,
  startStatefulSetController,
  startDaemonSetController,
  startJobController,
  startNodeLifecycleController,
];

/** Call `run` once everybody has asked for informers. */
export function startControllers(options: ControllersOptions): Controllers {
  const { client, clock, log, metrics, signal, nodes, loadBalancer } = options;
  const events = (component: string): EventSink => eventSink(client, clock, log, component);
  // Two sets: Services need little of each Pod, whoever runs Pods needs all of it.
  const lean = new InformerFactory({ client, clock, log, metrics });
  const whole = new InformerFactory({ client, clock, log });
  const shared = { client, clock, log, metrics, signal, events };
  const leanContext: ControllerContext = { ...shared, informers: lean };
  const wholeContext: ControllerContext = { ...shared, informers: whole };
  const all = [
    ...serviceControllers.map((start) => start(leanContext)),
    ...workloadControllers.map((start) => start(wholeContext)),
    ...(loadBalancer === undefined ? [] : [startLoadBalancerController({ ...leanContext, options: loadBalancer })]),
    ...(nodes === undefined ? [] : startNodes({ ...wholeContext, options: nodes })),
  ];
  return {
    all,
    informers: lean,
    wholeInformers: whole,
    run: async () => {
      await Promise.all([lean.run(signal), whole.run(signal), ...all.map(({ stopped }) => stopped)]);
    },
    started: Promise.all(all.map(({ started }) => started)).then(() => undefined),
    isSettled: (horizonMs) => lean.idle && whole.idle && all.every((one) => one.isSettled(horizonMs)),
  };
}

function eventSink(client: Client, clock: Clock, log: Logger, component: string): EventSink {
  const recorder = new EventRecorder({ client, clock, log, component });
  return { event: (about, type, reason, message) => recorder.record(about, type, reason, message) };
}

/** Simulated nodes: Node objects that stay ready, a scheduler, and a kubelet that pretends to run Pods. */
import type { ControllerContext, RunningController } from '../reconcile/index.ts';
import { startHeartbeat } from './heartbeat.ts';
import { startKubelet } from './kubelet.ts';
import type { Machine } from './node-object.ts';
import { nodePlaces, type NodesPlan } from './places.ts';
import type { Serving } from './pod-doors.ts';
import type { SimulatedRuntime } from './pod-runtime.ts';
import { startScheduler } from './scheduler.ts';

export interface NodesOptions extends NodesPlan {
  /** How long Pods take to start when they do not say; 0 ms by default. */
  readonly startMs?: number;
  /** Running Pods answer HTTP at these places; by default nothing listens. */
  readonly serve?: Serving;
  /** Answers `logs`, `exec` and `port-forward` for their Pods. */
  readonly runtime?: SimulatedRuntime;
  /** What the nodes say they run. */
  readonly version?: string;
}

/** Asks for whole Pods and Nodes at once; start the informers afterwards. */
export function startNodes(context: ControllerContext & { readonly options: NodesOptions }): RunningController[] {
  const { options } = context;
  const places = nodePlaces(options);
  const machine: Machine = {
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    version: options.version ?? 'v1.36.3+fairlead',
  };
  return [
    startHeartbeat(context, places, machine),
    startScheduler(context),
    startKubelet(context, { places, startMs: options.startMs ?? 0, serve: options.serve, runtime: options.runtime }),
  ];
}

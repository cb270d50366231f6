/**
 * What the simulated kubelets answer to `kubectl logs`, `exec` and `port-forward`. Made before the API server, which
 * asks it; the nodes come to it when they start.
 */
import { connect as connectTo } from 'node:net';
import type { Duplex } from 'node:stream';
import { badRequest } from '../api/status.ts';
import type { Pod } from '../api/types.ts';
import { Journal } from './journal.ts';
import { listenersOf, type SocketAddress } from './pod-doors.ts';
import { podLog, type LogRequest } from './pod-log.ts';
import type { CommandIo, Surroundings } from './shell/call.ts';
import { runCommand } from './shell/run-command.ts';

/** What the programs of Pods find around them. */
export interface PodWorld extends Surroundings {
  /** Where a port of a Pod really listens. */
  readonly reach: (ip: string, port: number) => SocketAddress;
}

export class SimulatedRuntime {
  readonly journal = new Journal();
  readonly #nodes = new Set<string>();
  #world: PodWorld | undefined;

  /** From now on Pods find this around them. */
  settle(world: PodWorld): void {
    this.#world = world;
  }

  /** Its Pods are run here. */
  addNode(name: string): void {
    this.#nodes.add(name);
  }

  runs(node: string): boolean {
    return this.#nodes.has(node);
  }

  logs(pod: Pod, container: string, request: LogRequest, signal: AbortSignal): AsyncIterable<string> {
    return podLog(this.journal, pod, container, request, signal);
  }

  async run(pod: Pod, container: string, command: readonly string[], io: CommandIo): Promise<number> {
    if (!isRunning(pod, container)) {
      throw badRequest(`container ${container} of pod ${pod.metadata.name} is not running`);
    }
    if (this.#world === undefined) throw badRequest('the cluster is still starting');
    return runCommand(this.#world, pod, container, command, io);
  }

  async connect(pod: Pod, port: number): Promise<Duplex> {
    const { namespace = '', name = '' } = pod.metadata;
    const ip = pod.status?.podIP;
    const listens = listenersOf(pod).some((one) => one.port === port);
    const refused = (why: string): Error =>
      new Error(`failed to connect to localhost:${port} inside the network of ${namespace}/${name}: ${why}`);
    if (this.#world === undefined || ip === undefined) throw refused('the Pod does not run');
    if (!listens) throw refused('connection refused');
    const socket = connectTo(this.#world.reach(ip, port));
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', (error: NodeJS.ErrnoException) =>
        reject(refused(error.code === 'ECONNREFUSED' ? 'connection refused' : error.message)),
      );
    });
    return socket;
  }
}

function isRunning({ status }: Pod, container: string): boolean {
  const all = [
    ...(status?.initContainerStatuses ?? []),
    ...(status?.containerStatuses ?? []),
    ...(status?.ephemeralContainerStatuses ?? []),
  ];
  return all.some(({ name, state }) => name === container && state?.running !== undefined);
}

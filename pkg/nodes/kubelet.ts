/**
 * The kubelets of all simulated nodes: reads Pods bound to them, writes their status, deletes those whose grace is
 * over. What a status should say is decided in plan-pod.ts.
 */
import { pods } from '../api/resources.ts';
import type { Pod } from '../api/types.ts';
import { isAtLeast, keyOf, splitKey } from '../informer/index.ts';
import { queueOf, runController, type ControllerContext, type RunningController } from '../reconcile/index.ts';
import type { WorkResult } from '../workqueue/index.ts';
import { isBeingDeleted, isTerminal } from '../workloads/index.ts';
import { ignoring } from './ignoring.ts';
import type { NodePlace } from './places.ts';
import { planPod, type Home, type PodPlan, type PodStatus, type Seen } from './plan-pod.ts';
import { PodAddresses } from './pod-addresses.ts';
import type { Journal } from './journal.ts';
import { listenersOf, PodDoors, type Serving } from './pod-doors.ts';
import type { SimulatedRuntime } from './pod-runtime.ts';

const name = 'kubelet';

export interface KubeletOptions {
  readonly places: readonly NodePlace[];
  /** How long a start takes when the Pod does not say. */
  readonly startMs: number;
  /** Running Pods answer. */
  readonly serve: Serving | undefined;
  /** Told what containers print; who asks for it reads there. */
  readonly runtime: SimulatedRuntime | undefined;
}

export function startKubelet(context: ControllerContext, options: KubeletOptions): RunningController {
  const { client, clock, signal } = context;
  const events = context.events('kubelet');
  const log = context.log.child({ controller: name });
  const informer = context.informers.for<Pod>(pods);
  const queue = queueOf({ ...context, log }, name);
  const places = new Map(options.places.map((place) => [place.name, place]));
  const addresses = new PodAddresses(new Map(options.places.map((place) => [place.name, place.podCidr])));
  const seen = new Map<string, Seen>();
  /** As the server answered the last write; used as long as the cache is behind. */
  const written = new Map<string, Pod>();
  const doors =
    options.serve &&
    new PodDoors({
      serving: options.serve,
      failed: (pod, message) => events.event(pod, 'Warning', 'FailedToListen', message),
      answered: ({ metadata }, container, line) =>
        options.runtime?.journal.print(metadata.uid ?? '', container, clock.now(), line),
    });
  for (const { name: node } of options.places) options.runtime?.addNode(node);
  signal.addEventListener('abort', () => doors?.closeAll(), { once: true });

  const heard = (pod: Pod): void => {
    if (!places.has(pod.spec?.nodeName ?? '')) return;
    const { uid = '' } = pod.metadata;
    seen.set(uid, notice(seen.get(uid), pod, clock.now()));
    queue.add(keyOf(pod));
  };
  informer.addHandler({
    add: heard,
    update: (_, pod) => heard(pod),
    delete: ({ metadata: { uid = '' } }) => {
      seen.delete(uid);
      written.delete(uid);
      addresses.release(uid);
      doors?.close(uid);
      options.runtime?.journal.forget(uid);
    },
  });

  /** What Pods have from before this process is theirs before anything new is given out. */
  const reserveKnown = (): void => {
    for (const { metadata, spec, status } of informer.store.list()) {
      if (status?.podIP !== undefined) addresses.reserve(spec?.nodeName ?? '', metadata.uid ?? '', status.podIP);
    }
  };

  const newest = (key: string): Pod | undefined => {
    const cached = informer.store.get(key);
    const uid = cached?.metadata.uid ?? '';
    const own = written.get(uid);
    if (cached === undefined || own === undefined) return cached;
    if (!isAtLeast(cached.metadata.resourceVersion ?? '', own.metadata.resourceVersion ?? '')) return own;
    written.delete(uid);
    return cached;
  };

  const homeOf = (pod: Pod, { name: node, hostIP }: NodePlace): Home | undefined => {
    if (pod.spec?.hostNetwork === true) return { podIP: hostIP, hostIP };
    const podIP = addresses.take(node, pod.metadata.uid ?? '');
    return podIP === undefined ? undefined : { podIP, hostIP };
  };

  const sync = async (key: string): Promise<WorkResult> => {
    const pod = newest(key);
    const place = places.get(pod?.spec?.nodeName ?? '');
    const times = seen.get(pod?.metadata.uid ?? '');
    if (pod === undefined || place === undefined || times === undefined) return;
    const home = homeOf(pod, place);
    if (home === undefined) {
      const message = `Failed to create pod sandbox: no addresses left in ${place.podCidr}`;
      events.event(pod, 'Warning', 'FailedCreatePodSandBox', message);
      return { requeueAfterMs: 10_000 };
    }
    const plan = planPod({ pod, home, seen: times, startMs: options.startMs, now: clock.now() });
    if (options.runtime !== undefined) noteAll(options.runtime.journal, pod, plan);
    if (plan.serving) doors?.open(pod, home.podIP);
    else doors?.close(pod.metadata.uid ?? '');
    await carryOut(pod, plan);
    return plan.nextLookMs === undefined ? undefined : { requeueAfterMs: plan.nextLookMs };
  };

  const carryOut = async (pod: Pod, { status, remove }: PodPlan): Promise<void> => {
    const { uid = '' } = pod.metadata;
    const key = splitKey(keyOf(pod));
    if (remove) {
      const options = { gracePeriodSeconds: 0, preconditions: { uid } };
      await ignoring(['NotFound', 'Conflict'], client.delete(pods, key, options));
    } else if (status !== undefined) {
      const patch = { metadata: { uid }, status: toPatch(status) };
      const request = client.patch<Pod>(pods, key, 'strategic', patch, { subresource: 'status' });
      const answer = await ignoring(['NotFound', 'Conflict'], request);
      if (answer !== undefined && seen.has(uid)) written.set(uid, answer);
    }
  };

  return runController({
    name,
    context: { ...context, log },
    queue,
    sync,
    workers: 32,
    watched: [informer],
    prepare: reserveKnown,
  });
}

/** What a container says when it starts: its image, and the ports its program listens on. */
function noteAll(journal: Journal, pod: Pod, { doing }: PodPlan): void {
  const { uid = '', name: podName = '' } = pod.metadata;
  const { initContainers = [], containers = [], ephemeralContainers = [] } = pod.spec ?? {};
  const all = [...initContainers, ...containers, ...ephemeralContainers];
  const images = new Map(all.map(({ name: own, image = '' }) => [own, image]));
  for (const { container, moment, exitCode } of doing) {
    const ports = listenersOf(pod).filter((one) => one.container === container);
    const greeting = [
      `${podName}/${container} started (image ${images.get(container) ?? ''}, simulated)`,
      ...ports.map(({ port }) => `listening on port ${port}`),
    ];
    journal.note({ uid, container, moment, exitCode, greeting });
  }
}

/** What was accepted before this process keeps its time. */
function notice(before: Seen | undefined, pod: Pod, now: number): Seen {
  const known = Date.parse(pod.status?.startTime ?? '');
  const acceptedAt = before?.acceptedAt ?? (Number.isNaN(known) ? now : known);
  if (!isBeingDeleted(pod)) return { acceptedAt };
  // What has ended needs no time to end.
  return { acceptedAt, deletingSince: isTerminal(pod) ? 0 : (before?.deletingSince ?? now) };
}

/** Reasons that no longer hold must be taken away by name: the patch merges conditions. */
function toPatch(status: PodStatus): object {
  const conditions = (status.conditions ?? []).map((condition) => ({ reason: null, message: null, ...condition }));
  return { ...status, conditions };
}

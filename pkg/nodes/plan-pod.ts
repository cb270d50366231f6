/** The pure core of the kubelet: what the status of a Pod on this node should say now, and when to look again. */
import type { Pod } from '../api/types.ts';
import { isTerminal, sameJson, timeText } from '../workloads/index.ts';
import { behaviourOf, readyAfterMs, type Behaviour } from './behaviour.ts';
import { containerStatus, initMoment, initStatus } from './container-status.ts';
import { podConditions } from './pod-conditions.ts';
import { qosClass } from './qos.ts';
import { momentOf, type Moment } from './timeline.ts';

export type PodStatus = NonNullable<Pod['status']>;

/** Where the Pod lives. */
export interface Home {
  readonly podIP: string;
  readonly hostIP: string;
}

/** When this kubelet noticed what; to the millisecond, while statuses only know seconds. */
export interface Seen {
  readonly acceptedAt: number;
  /** Absent: the Pod is not being deleted. */
  readonly deletingSince?: number;
}

export interface PodInputs {
  readonly pod: Pod;
  readonly home: Home;
  readonly seen: Seen;
  /** How long a start takes by default. */
  readonly startMs: number;
  readonly now: number;
}

export interface PodPlan {
  /** What to write; absent: it says so already. Only fields and conditions that are the kubelet's. */
  readonly status?: PodStatus;
  /** All containers have ended: the object can go. */
  readonly remove: boolean;
  /** Its program is running: it answers. */
  readonly serving: boolean;
  /** What its containers are doing, init containers first. */
  readonly doing: readonly Doing[];
  /** Absent: nothing changes by itself. */
  readonly nextLookMs?: number;
}

export interface Doing {
  readonly container: string;
  readonly moment: Moment;
  readonly exitCode: number;
}

export function planPod(inputs: PodInputs): PodPlan {
  const { pod, seen, now, startMs } = inputs;
  const behaviour = behaviourOf(pod, startMs);
  const stopAt = stopsAt(pod, seen, behaviour);
  if (stopAt !== undefined && now >= stopAt) return { remove: true, serving: false, doing: [] };
  // What has ended stays as it ended.
  const moments = (pod.spec?.containers ?? []).map((container) => momentOf(course(inputs, behaviour, container), now));
  const doing = doingOf(inputs, behaviour, moments);
  if (isTerminal(pod)) return { remove: false, serving: false, doing, ...lookAt([stopAt], now) };
  const status = statusOf(inputs, behaviour, moments);
  return {
    ...(says(pod.status, status) ? {} : { status }),
    remove: false,
    serving: moments.some(({ kind }) => kind === 'running'),
    doing,
    ...lookAt([stopAt, ...moments.map(({ nextAt }) => nextAt)], now),
  };
}

/** The containers end by themselves, or are ended when the grace period is over. */
function stopsAt({ metadata }: Pod, { deletingSince }: Seen, { stopMs }: Behaviour): number | undefined {
  if (deletingSince === undefined) return undefined;
  return deletingSince + Math.min(stopMs, (metadata.deletionGracePeriodSeconds ?? 0) * 1000);
}

function lookAt(times: readonly (number | undefined)[], now: number): { readonly nextLookMs?: number } {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? {} : { nextLookMs: Math.max(1, Math.min(...known) - now) };
}

type Container = NonNullable<Pod['spec']>['containers'][number];

function course({ pod, seen }: PodInputs, behaviour: Behaviour, container: Container) {
  const { startMs, exitMs, exitCode, neverReady, flapMs } = behaviour;
  const policy = pod.spec?.restartPolicy ?? 'Always';
  return {
    startAt: seen.acceptedAt + startMs,
    exitMs,
    exitCode,
    restarts: policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0),
    readyAfterMs: readyAfterMs(behaviour, container),
    neverReady,
    flapMs,
  };
}

function doingOf({ pod, seen, now }: PodInputs, { startMs, exitCode }: Behaviour, moments: readonly Moment[]): Doing[] {
  const startAt = seen.acceptedAt + startMs;
  const { initContainers = [], containers = [], ephemeralContainers = [] } = pod.spec ?? {};
  const late = now < startAt ? [] : ephemeralContainers;
  return [
    ...late.map(({ name }) => ({ container: name, moment: ephemeralMoment(pod, name, now), exitCode: 0 })),
    ...initContainers.map((one) => ({ container: one.name, moment: initMoment(one, startAt, now), exitCode: 0 })),
    ...containers.map(({ name }, at) => ({ container: name, moment: moments[at] as Moment, exitCode })),
  ];
}

/** They start when they are seen and run as long as the Pod does. */
function ephemeralMoment({ status }: Pod, container: string, now: number): Moment {
  const known = status?.ephemeralContainerStatuses?.find(({ name }) => name === container)?.state?.running?.startedAt;
  const since = known === undefined ? now : Date.parse(known);
  return { kind: 'running', since, ready: false, nextAt: undefined, restartCount: 0 };
}

function statusOf(inputs: PodInputs, behaviour: Behaviour, moments: readonly Moment[]): PodStatus {
  const { pod, home, seen, now } = inputs;
  const uid = pod.metadata.uid ?? '';
  const started = now >= seen.acceptedAt + behaviour.startMs;
  const ended = moments.length > 0 && moments.every(({ kind }) => kind === 'ended');
  const failed = ended && behaviour.exitCode !== 0;
  const containersReady = moments.every((moment) => moment.kind === 'running' && moment.ready);
  const facts = {
    started,
    containersReady,
    ended: ended ? (failed ? 'PodFailed' : 'PodCompleted') : undefined,
  } as const;
  const init = pod.spec?.initContainers ?? [];
  const ephemeral = started ? (pod.spec?.ephemeralContainers ?? []) : [];
  const startAt = seen.acceptedAt + behaviour.startMs;
  return {
    phase: ended ? (failed ? 'Failed' : 'Succeeded') : started ? 'Running' : 'Pending',
    conditions: podConditions(pod, facts, now),
    hostIP: home.hostIP,
    hostIPs: [{ ip: home.hostIP }],
    // As upstream: an address is told once the sandbox stands.
    ...(started ? { podIP: home.podIP, podIPs: [{ ip: home.podIP }] } : {}),
    startTime: pod.status?.startTime ?? timeText(seen.acceptedAt),
    ...(init.length === 0
      ? {}
      : { initContainerStatuses: init.map((container) => initStatus(uid, container, startAt, now)) }),
    containerStatuses: (pod.spec?.containers ?? []).map((container, at) =>
      containerStatus({ uid, container, moment: moments[at] as Moment, exitCode: behaviour.exitCode }),
    ),
    ...(ephemeral.length === 0
      ? {}
      : {
          ephemeralContainerStatuses: ephemeral.map((container) => {
            const moment = ephemeralMoment(pod, container.name, now);
            return { ...containerStatus({ uid, container, moment, exitCode: 0 }), started: false };
          }),
        }),
    qosClass: qosClass(pod),
  };
}

/** Whether the stored status holds all of it; conditions and fields of others do not matter. */
function says(stored: PodStatus | undefined, { conditions = [], ...fields }: PodStatus): boolean {
  const known = new Map(Object.entries(stored ?? {}));
  if (!Object.entries(fields).every(([name, value]) => sameJson(known.get(name), value))) return false;
  return conditions.every((condition) =>
    sameJson(
      stored?.conditions?.find(({ type }) => type === condition.type),
      condition,
    ),
  );
}

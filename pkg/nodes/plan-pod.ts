/** The pure core of the kubelet: what the status of a Pod on this node should say now, and when to look again. */
import type { Pod } from '../api/types.ts';
import { isTerminal, sameJson, timeText } from '../workloads/index.ts';
import { behaviourOf, readyAfterMs, type Behaviour } from './behaviour.ts';
import { containerStatus, initStatus } from './container-status.ts';
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
  /** Absent: nothing changes by itself. */
  readonly nextLookMs?: number;
}

export function planPod(inputs: PodInputs): PodPlan {
  const { pod, seen, now, startMs } = inputs;
  const behaviour = behaviourOf(pod, startMs);
  const stopAt = stopsAt(pod, seen, behaviour);
  if (stopAt !== undefined && now >= stopAt) return { remove: true, serving: false };
  // What has ended stays as it ended.
  if (isTerminal(pod)) return { remove: false, serving: false, ...lookAt([stopAt], now) };
  const moments = (pod.spec?.containers ?? []).map((container) => momentOf(course(inputs, behaviour, container), now));
  const status = statusOf(inputs, behaviour, moments);
  return {
    ...(says(pod.status, status) ? {} : { status }),
    remove: false,
    serving: moments.some(({ kind }) => kind === 'running'),
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

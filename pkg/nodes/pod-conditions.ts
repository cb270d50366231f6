/** The conditions a kubelet keeps on a Pod. */
import type { Pod } from '../api/types.ts';
import { findCondition, timeText } from '../workloads/index.ts';

export type PodCondition = NonNullable<NonNullable<Pod['status']>['conditions']>[number];

export interface Facts {
  readonly started: boolean;
  readonly containersReady: boolean;
  /** The Pod has ended; why its containers are not ready. */
  readonly ended: 'PodCompleted' | 'PodFailed' | undefined;
}

/** Only its own; what others have put there stays theirs. */
export function podConditions(pod: Pod, { started, containersReady, ended }: Facts, now: number): PodCondition[] {
  const closed = closedGates(pod);
  const lacking = ended ?? 'ContainersNotReady';
  const gated = containersReady && closed.length > 0;
  return [
    condition(pod, 'PodReadyToStartContainers', started && ended === undefined, now),
    condition(pod, 'Initialized', started, now, started ? undefined : { reason: 'ContainersNotInitialized' }),
    condition(
      pod,
      'Ready',
      containersReady && closed.length === 0,
      now,
      gated ? { reason: 'ReadinessGatesNotReady', message: gatesMessage(closed) } : { reason: lacking },
    ),
    condition(pod, 'ContainersReady', containersReady, now, { reason: lacking }),
    condition(pod, 'PodScheduled', true, now),
  ];
}

function closedGates({ spec, status }: Pod): readonly string[] {
  return (spec?.readinessGates ?? [])
    .map(({ conditionType }) => conditionType)
    .filter((type) => findCondition(status?.conditions, type)?.status !== 'True');
}

const gatesMessage = (closed: readonly string[]): string =>
  closed
    .map((type) => `corresponding condition of pod readiness gate "${type}" does not exist or is not True.`)
    .join(', ');

/** Its time is that of its last turn. */
function condition(
  { status }: Pod,
  type: string,
  holds: boolean,
  now: number,
  lacking?: { readonly reason: string; readonly message?: string },
): PodCondition {
  const before = findCondition(status?.conditions, type);
  const text = holds ? 'True' : 'False';
  const since = before?.status === text ? before.lastTransitionTime : undefined;
  return {
    type,
    status: text,
    lastTransitionTime: since ?? timeText(now),
    // Nothing to say must be said: the patch would leave an earlier reason standing.
    ...(holds || lacking === undefined ? {} : lacking),
  };
}

/** A container's moment as its status tells it. */
import type { Container, Pod } from '../api/types.ts';
import { timeText } from '../workloads/index.ts';
import type { Moment } from './timeline.ts';

export type ContainerStatus = NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number];

export interface Told {
  readonly uid: string;
  readonly container: Container;
  readonly moment: Moment;
  readonly exitCode: number;
}

export function containerStatus({ uid, container, moment, exitCode }: Told): ContainerStatus {
  const { name, image = '' } = container;
  const id = (run: number): string => `fairlead://${uid}/${name}/${run}`;
  const base = { name, image, imageID: '', ready: false, restartCount: moment.restartCount, started: false };
  const ended = (startedAt: number | undefined, exitedAt: number, run: number) => ({
    terminated: {
      exitCode,
      reason: exitCode === 0 ? 'Completed' : 'Error',
      ...(startedAt === undefined ? {} : { startedAt: timeText(startedAt) }),
      finishedAt: timeText(exitedAt),
      containerID: id(run),
    },
  });
  const known = { ...base, imageID: `fairlead.dev/image/${image}`, containerID: id(moment.restartCount) };
  const { requests } = container.resources ?? {};
  // Told so that a client may resize it: what was asked for is had at once.
  const granted = {
    ...(requests === undefined ? {} : { allocatedResources: requests }),
    resources: container.resources ?? {},
  };
  switch (moment.kind) {
    case 'creating':
      return { ...base, state: { waiting: { reason: 'ContainerCreating' } } };
    case 'running': {
      const { since, ready, lastExitAt, restartCount } = moment;
      const last = lastExitAt === undefined ? {} : { lastState: ended(undefined, lastExitAt, restartCount - 1) };
      return {
        ...known,
        ...granted,
        ready,
        started: true,
        state: { running: { startedAt: timeText(since) } },
        ...last,
      };
    }
    case 'backingOff': {
      const message = `back-off ${moment.delayMs / 1000}s restarting failed container=${name}`;
      const lastState = ended(moment.startedAt, moment.exitedAt, moment.restartCount);
      return { ...known, state: { waiting: { reason: 'CrashLoopBackOff', message } }, lastState };
    }
    case 'ended':
      return { ...known, state: ended(moment.startedAt, moment.exitedAt, moment.restartCount) };
    default:
      return moment satisfies never;
  }
}

/** Init containers have nothing to do here: done as soon as the Pod starts; sidecars among them keep running. */
export function initStatus(uid: string, container: Container, startAt: number, now: number): ContainerStatus {
  const moment = initMoment(container, startAt, now);
  const status = containerStatus({ uid, container, moment, exitCode: 0 });
  return moment.kind === 'ended' ? { ...status, ready: true } : status;
}

export function initMoment({ restartPolicy }: Container, startAt: number, now: number): Moment {
  if (now < startAt) return { kind: 'creating', nextAt: startAt, restartCount: 0 };
  return restartPolicy === 'Always'
    ? { kind: 'running', since: startAt, ready: true, nextAt: undefined, restartCount: 0 }
    : { kind: 'ended', startedAt: startAt, exitedAt: startAt, nextAt: undefined, restartCount: 0 };
}

/**
 * The streaming list (IN18 to IN20): a watch that begins with the whole collection and says when it was all. Nothing
 * of it is seen by anybody before that.
 */
import type { KubeObject } from '../api/types.ts';
import { StatusError } from '../api/status.ts';
import type { Status } from '../api/status.ts';
import type { WatchEvent } from '../client/index.ts';
import type { Clock } from '../clock/index.ts';
import type { Logger } from '../logging/logger.ts';
import { keyOf } from './object-key.ts';
import type { ResumePoint } from './resume-point.ts';
import type { WatchSession } from './watch-session.ts';
import { isExpired, isTooLargeVersion, judgeWatchEnd, reasonOf } from './watch-verdict.ts';

export interface FillByWatchOptions<T extends KubeObject> {
  open(version: string): WatchSession<T>;
  pause(atLeastMs: number): Promise<void>;
  readonly resume: ResumePoint;
  readonly kind: string;
  readonly transform: ((object: T) => T) | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

export interface Filled<T extends KubeObject> {
  /** Still open, positioned after the initial events. */
  readonly session: WatchSession<T>;
  readonly items: readonly T[];
  readonly version: string;
}

const initialEventsEnd = 'k8s.io/initial-events-end';
const warnEveryMs = 10_000;

/** The collection and the watch that goes on behind it; undefined when a plain list has to do. */
export async function fillByWatch<T extends KubeObject>(
  options: FillByWatchOptions<T>,
): Promise<Filled<T> | undefined> {
  const { resume, signal, log } = options;
  while (!signal.aborted) {
    const session = options.open(resume.watchListVersion());
    const outcome = await collect(session, options);
    if ('version' in outcome) return { session, ...outcome };
    session.close();
    const { error } = outcome;
    if ((isExpired(error) || isTooLargeVersion(error)) && !resume.unavailable) {
      resume.unavailable = true;
      continue;
    }
    const verdict = judgeWatchEnd({ kind: 'notOpened', error });
    if (verdict.next !== 'reopenLater') {
      log.debug({ because: reasonOf(error) }, 'Streaming list is not to be had, using a plain list');
      return undefined;
    }
    await options.pause(verdict.atLeastMs);
  }
  return undefined;
}

type Collected<T> = { readonly items: readonly T[]; readonly version: string } | { readonly error: unknown };

async function collect<T extends KubeObject>(
  session: WatchSession<T>,
  { transform, clock, log, signal, kind }: FillByWatchOptions<T>,
): Promise<Collected<T>> {
  const found = new Map<string, T>();
  const warn = (): void => {
    log.warn({ waitedMs: session.lastedMs, objects: found.size }, 'Initial events have not ended yet');
    warning = clock.after(warnEveryMs, warn);
  };
  let warning = clock.after(warnEveryMs, warn);
  try {
    for (;;) {
      const event = await session.next();
      if (signal.aborted || event === undefined) return { error: new Error('initial events did not end') };
      const { type, object } = event;
      if (type === 'ERROR') return { error: new StatusError(object as unknown as Status) };
      if (object.kind !== undefined && object.kind !== kind)
        return { error: new Error(`unexpected kind ${object.kind}`) };
      if (isInitialEventsEnd(event)) return { items: [...found.values()], version: versionOf(object) };
      if (type === 'DELETED') found.delete(keyOf(object));
      else if (type !== 'BOOKMARK') found.set(keyOf(object), transform === undefined ? object : transform(object));
    }
  } catch (error) {
    return { error };
  } finally {
    warning.cancel();
  }
}

function isInitialEventsEnd({ type, object }: WatchEvent<KubeObject>): boolean {
  const annotations = object.metadata.annotations ?? {};
  return (
    type === 'BOOKMARK' && Object.hasOwn(annotations, initialEventsEnd) && annotations[initialEventsEnd] === 'true'
  );
}

const versionOf = (object: KubeObject): string => object.metadata.resourceVersion ?? '';

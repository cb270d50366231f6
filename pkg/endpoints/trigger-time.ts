/**
 * The change that a write answers to (S25, E16). Consumers subtract it from the time they applied the write, so a
 * wrong one is worse than none: the first sync of a Service counts from its creation, a later one from the earliest
 * change of a pod's Ready condition not yet seen, and anything else, such as an edited Service, gives no time at all.
 */
import type { Pod, Service } from '../api/types.ts';
import { readyCondition } from './pod.ts';

/** What was seen at the last sync of a Service; times as they came over the wire. */
export interface TriggerMemory {
  readonly service: string | undefined;
  readonly pods: ReadonlyMap<string, string>;
}

export interface Trigger {
  /** RFC 3339 in UTC without a trailing zero fraction; absent: remove the annotation. */
  readonly time: string | undefined;
  readonly memory: TriggerMemory;
}

/** `pods` are all that match the selector, eligible or not. */
export function nextTrigger(memory: TriggerMemory | undefined, service: Service, pods: readonly Pod[]): Trigger {
  const created = service.metadata.creationTimestamp ?? undefined;
  const seen = new Map<string, string>();
  let earliest: number | undefined;
  for (const pod of pods) {
    const name = pod.metadata.name ?? '';
    const changed = readyCondition(pod)?.lastTransitionTime ?? undefined;
    if (changed === undefined) continue;
    seen.set(name, changed);
    earliest = earlier(earliest, newer(changed, memory?.pods.get(name)));
  }
  earliest = earlier(earliest, created === undefined ? undefined : newer(created, memory?.service));
  return {
    time: memory === undefined ? format(created === undefined ? undefined : Date.parse(created)) : format(earliest),
    memory: { service: created, pods: seen },
  };
}

/** The time if it lies after the one remembered. Equal text, the usual case, is not parsed. */
function newer(time: string, than: string | undefined): number | undefined {
  if (time === than) return undefined;
  const at = Date.parse(time);
  if (Number.isNaN(at)) return undefined;
  return than === undefined || at > Date.parse(than) ? at : undefined;
}

function earlier(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? (left ?? right) : Math.min(left, right);
}

function format(at: number | undefined): string | undefined {
  if (at === undefined || Number.isNaN(at)) return undefined;
  return new Date(at).toISOString().replace(/\.?0*Z$/, 'Z');
}

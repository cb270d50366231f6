/** CX6: signs that upstream's controllers are at work on the same objects. */
import type { KubeObject } from '../api/types.ts';

/** How long after its last write upstream counts as at work. */
export const recentMs = 5 * 60_000;
const upstreamManager = 'kube-controller-manager';

/** The youngest object that upstream wrote last, if it did within five minutes; its name and the age of the write. */
export function upstreamActivity(
  objects: Iterable<KubeObject>,
  now: number,
): { readonly object: string; readonly ageSeconds: number } | undefined {
  let youngest: { object: string; at: number } | undefined;
  for (const { kind, metadata } of objects) {
    const last = lastWriter(metadata.managedFields);
    if (last?.manager !== upstreamManager || now - last.at > recentMs) continue;
    if (youngest !== undefined && youngest.at >= last.at) continue;
    youngest = { object: `${kind} ${metadata.namespace}/${metadata.name}`, at: last.at };
  }
  if (youngest === undefined) return undefined;
  return { object: youngest.object, ageSeconds: Math.max(0, Math.round((now - youngest.at) / 1000)) };
}

function lastWriter(fields: KubeObject['metadata']['managedFields']): { manager: string; at: number } | undefined {
  let last: { manager: string; at: number } | undefined;
  for (const { manager = '', time = '' } of fields ?? []) {
    const at = Date.parse(time);
    if (!Number.isNaN(at) && (last === undefined || at >= last.at)) last = { manager, at };
  }
  return last;
}

/** Which Services have to look again after a slice changed (Q12, Q16), and what the tracker learns from it. */
import type { EndpointSlice } from '../api/types.ts';
import { isManagedBy, serviceOf } from './slice-object.ts';
import type { SliceTracker } from './slice-tracker.ts';

/** `namespace/name` of the Service; undefined when the slice names none. */
function serviceKeyOf(slice: EndpointSlice): string | undefined {
  const name = serviceOf(slice);
  return name === undefined ? undefined : `${slice.metadata.namespace ?? ''}/${name}`;
}

export function sliceAdded(slice: EndpointSlice, manager: string, tracker: SliceTracker): string[] {
  const key = serviceKeyOf(slice);
  return key !== undefined && isManagedBy(slice, manager) && tracker.shouldSync(key, slice) ? [key] : [];
}

export function sliceUpdated(
  old: EndpointSlice,
  current: EndpointSlice,
  manager: string,
  tracker: SliceTracker,
): string[] {
  const [before, now] = [serviceKeyOf(old), serviceKeyOf(current)];
  if (before !== now) return [now, before].filter((key) => key !== undefined);
  if (isManagedBy(old, manager) !== isManagedBy(current, manager)) return now === undefined ? [] : [now];
  return sliceAdded(current, manager, tracker);
}

export function sliceDeleted(slice: EndpointSlice, manager: string, tracker: SliceTracker): string[] {
  const key = serviceKeyOf(slice);
  return key !== undefined && isManagedBy(slice, manager) && tracker.sawDeletion(key, slice) ? [key] : [];
}

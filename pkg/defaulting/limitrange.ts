/** LimitRanges: bounds for containers imply what a container gets that asks for nothing. */
import type { LimitRange, LimitRangeItem } from '../api/workloads.ts';
import { each, inside } from './fill.ts';

export const defaultLimitRange = (object: LimitRange): LimitRange =>
  inside(object, 'spec', (spec) => inside(spec, 'limits', (limits) => each(limits, defaultItem)));

/** The one kind that needs no name: it takes its uid. */
export const prepareLimitRangeForCreate = (object: LimitRange): LimitRange =>
  (object.metadata.name ?? '') === ''
    ? { ...object, metadata: { ...object.metadata, name: object.metadata.uid ?? '' } }
    : object;

/** The limit is the most allowed; the request is the limit, or else the least allowed. */
function defaultItem(item: LimitRangeItem): LimitRangeItem {
  if (item.type !== 'Container') return item;
  const limits = merged(item.max, item.default);
  const requests = merged(merged(item.min, limits), item.defaultRequest);
  const added = (before: object | undefined, after: object): boolean =>
    Object.keys(before ?? {}).length !== Object.keys(after).length;
  if (!added(item.default, limits) && !added(item.defaultRequest, requests)) return item;
  return {
    ...item,
    ...(Object.keys(limits).length > 0 ? { default: limits } : {}),
    ...(Object.keys(requests).length > 0 ? { defaultRequest: requests } : {}),
  };
}

/** User keys: entries, so that no key reaches a prototype. */
function merged(
  base: Readonly<Record<string, string>> | undefined,
  over: Readonly<Record<string, string>> | undefined,
): Record<string, string> {
  return Object.fromEntries([...Object.entries(base ?? {}), ...Object.entries(over ?? {})]);
}

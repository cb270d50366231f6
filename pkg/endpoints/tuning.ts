/**
 * U6: what a Service asks for itself by annotation, in place of the flags of the controllers. A value that cannot be read
 * or is out of bounds counts as absent, and is said.
 */
import type { Service } from '../api/types.ts';
import { valueOf } from './string-map.ts';

/** How long changes of Pods are gathered before Endpoints and slices follow: `500ms`, `2s`, `1m`; at most ten minutes. */
export const batchPeriodAnnotation = 'fairlead.dev/endpoints-batch-period';
/** In place of `--max-endpoints-per-slice`: 1 to 1000. */
export const sliceSizeAnnotation = 'fairlead.dev/max-endpoints-per-slice';

const longestBatchMs = 600_000;
const largestSlice = 1000;
const unitMs = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
]);

export interface Tuning {
  readonly batchPeriodMs?: number;
  readonly maxEndpointsPerSlice?: number;
  /** What could not be followed, each a sentence. */
  readonly problems: readonly string[];
}

export function tuningOf({ metadata: { annotations } }: Service): Tuning {
  const [period, size] = [valueOf(annotations, batchPeriodAnnotation), valueOf(annotations, sliceSizeAnnotation)];
  const batchPeriodMs = period === undefined ? undefined : durationOf(period);
  const maxEndpointsPerSlice = size === undefined ? undefined : sizeOf(size);
  const problems: string[] = [];
  if (period !== undefined && batchPeriodMs === undefined)
    problems.push(complaint(batchPeriodAnnotation, period, 'a time up to 10m, such as 500ms or 2s'));
  if (size !== undefined && maxEndpointsPerSlice === undefined)
    problems.push(complaint(sliceSizeAnnotation, size, 'a whole number from 1 to 1000'));
  return {
    ...(batchPeriodMs === undefined ? {} : { batchPeriodMs }),
    ...(maxEndpointsPerSlice === undefined ? {} : { maxEndpointsPerSlice }),
    problems,
  };
}

function durationOf(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d{1,6}(?:\.\d{1,3})?)(ms|s|m)$/.exec(text) ?? [];
  const ms = Number(number) * (unitMs.get(unit) ?? Number.NaN);
  return ms <= longestBatchMs ? ms : undefined;
}

function sizeOf(text: string): number | undefined {
  const size = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  return size >= 1 && size <= largestSlice ? size : undefined;
}

const complaint = (annotation: string, value: string, wanted: string): string =>
  `Annotation ${annotation} is ${JSON.stringify(value)}, expected ${wanted}; the flag of the controller counts`;

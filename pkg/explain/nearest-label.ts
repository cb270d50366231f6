/** Guessing which label was meant: typing errors are the most common reason for a Service without pods. */
import type { StringMap } from '../endpoints/index.ts';
import { valueOf } from '../endpoints/index.ts';
import type { LabelDifference } from './reasons.ts';

/** The selector entries a pod does not meet, in order of keys. */
export function labelDifferences(selector: StringMap, labels: StringMap | undefined): LabelDifference[] {
  return Object.keys(selector)
    .sort()
    .flatMap((key): LabelDifference[] => {
      const wanted = selector[key] ?? '';
      const found = valueOf(labels, key);
      if (found === wanted) return [];
      const nearest = found === undefined ? nearestLabel(key, wanted, labels) : undefined;
      return [{ key, wanted, found, ...(nearest === undefined ? {} : { nearest }) }];
    });
}

/** How far a pod is from a selector: 0 meets it; what is close by spelling counts half. */
export function distance(differences: readonly LabelDifference[]): number {
  const weigh = ({ wanted, found, nearest }: LabelDifference): number =>
    nearest !== undefined || (found !== undefined && isClose(found, wanted)) ? 0.5 : 1;
  return differences.reduce((sum, difference) => sum + weigh(difference), 0);
}

/** A label spelt nearly as wanted: same value under a similar key. */
function nearestLabel(
  key: string,
  wanted: string,
  labels: StringMap | undefined,
): { key: string; value: string } | undefined {
  const candidates = Object.entries(labels ?? {}).filter(
    ([other, value]) => isClose(value, wanted) && (isClose(other, key) || lastPart(other) === lastPart(key)),
  );
  const [best] = candidates.sort(([a], [b]) => edits(a, key) - edits(b, key) || (a < b ? -1 : 1));
  return best === undefined ? undefined : { key: best[0], value: best[1] };
}

/** `app` and `app.kubernetes.io/app` mean the same to most people. */
const lastPart = (key: string): string => key.slice(key.lastIndexOf('/') + 1).toLowerCase();

/** Equal but for case, or one slip of the finger in four letters. */
function isClose(left: string, right: string): boolean {
  if (left.toLowerCase() === right.toLowerCase()) return true;
  const length = Math.max(left.length, right.length);
  return edits(left.toLowerCase(), right.toLowerCase()) <= Math.min(2, Math.floor(length / 3));
}

/** Letters to insert, delete, replace or swap with a neighbour. */
function edits(left: string, right: string): number {
  const rows: number[][] = [Array.from({ length: right.length + 1 }, (_, at) => at)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? 0;
  for (let row = 1; row <= left.length; row += 1) {
    rows.push([row]);
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      let best = Math.min(at(row - 1, column) + 1, at(row, column - 1) + 1, at(row - 1, column - 1) + (same ? 0 : 1));
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (row > 1 && column > 1 && swapped) best = Math.min(best, at(row - 2, column - 2) + 1);
      rows[row]?.push(best);
    }
  }
  return at(left.length, right.length);
}

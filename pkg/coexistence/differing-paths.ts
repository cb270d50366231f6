const most = 8;

/** Where two values differ, as paths: `endpoints[2].conditions.ready`. At most eight; objects that differ in kind once. */
export function differingPaths(before: unknown, after: unknown): string[] {
  const found: string[] = [];
  collect(before, after, '', found);
  return found;
}

function collect(before: unknown, after: unknown, path: string, found: string[]): void {
  if (found.length >= most || Object.is(before ?? undefined, after ?? undefined)) return;
  if (Array.isArray(before) && Array.isArray(after)) {
    if (before.length !== after.length) found.push(`${path}: ${before.length} instead of ${after.length}`);
    else after.forEach((item, at) => collect(before[at], item, `${path}[${at}]`, found));
  } else if (isRecord(before) && isRecord(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const [left, right] = [before, after].map((side) => (Object.hasOwn(side, key) ? side[key] : undefined));
      collect(left, right, path === '' ? key : `${path}.${key}`, found);
    }
  } else {
    found.push(path);
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What every server is free to choose, replaced by its kind: uids, versions, times, random names and addresses. */
import type { Answer } from './send.ts';

const patterns: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'UID'],
  [/^RBAC: allowed by .*$/g, 'RBAC: allowed'],
  [/^\d+s$/g, 'AGE'],
  // Of a time that a script sets: it grows from day to day.
  [/^(?:\d+d|\d+y(?:\d+d)?)$/g, 'AGE'],
  [/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access-RANDOM'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, 'TIME'],
];

/** Fields whose value is the server's own. */
const owned = new Map<string, string>([
  ['resourceVersion', 'VERSION'],
  ['uid', 'UID'],
  ['continue', 'TOKEN'],
  ['token', 'TOKEN'],
  ['gitVersion', 'VERSION'],
  ['gitCommit', 'COMMIT'],
  ['goVersion', 'RUNTIME'],
  ['compiler', 'RUNTIME'],
  ['buildDate', 'TIME'],
  ['serverAddress', 'ADDRESS'],
]);

export function normalise(answer: Answer): Answer {
  return { ...answer, headers: texts(answer.headers) as Answer['headers'], body: walk(answer.body) };
}

function texts(headers: Answer['headers']): unknown {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, plain(value)]));
}

function plain(text: string): string {
  return patterns.reduce((result, [pattern, name]) => result.replace(pattern, name), text);
}

function walk(value: unknown): unknown {
  if (typeof value === 'string') return plain(value);
  if (Array.isArray(value)) return value.map((item) => walk(item));
  if (typeof value !== 'object' || value === null) return value;
  // Descriptions of columns are each server's own words.
  const entries = Object.entries(value).map(([field, inner]): [string, unknown] => {
    if (field === 'description' && 'priority' in value) return [field, 'DESCRIPTION'];
    const name = owned.get(field);
    if (name !== undefined && typeof inner === 'string' && inner !== '' && inner !== 'foreign') return [field, name];
    return [field, walk(inner)];
  });
  return Object.fromEntries(entries);
}

/** Paths at which two values differ, with both sides, at most `limit`. */
export function differences(theirs: unknown, ours: unknown, limit = 8): string[] {
  const found: string[] = [];
  compare('', theirs, ours, found);
  return found.slice(0, limit);
}

function compare(path: string, theirs: unknown, ours: unknown, found: string[]): void {
  if (typeof theirs !== 'object' || theirs === null || typeof ours !== 'object' || ours === null) {
    if (theirs === ours) return;
    const from = sameBeginning(theirs, ours);
    found.push(`${path}: real ${show(theirs, from)}, ours ${show(ours, from)}`);
    return;
  }
  const names = [...new Set([...Object.keys(theirs), ...Object.keys(ours)])];
  for (const name of names) {
    const left = (theirs as Record<string, unknown>)[name];
    const right = (ours as Record<string, unknown>)[name];
    compare(`${path}/${name}`, left, right, found);
  }
}

/** Long texts are shown from a little before the place where they part. */
function sameBeginning(theirs: unknown, ours: unknown): number {
  if (typeof theirs !== 'string' || typeof ours !== 'string' || theirs.length < 300) return 0;
  let at = 0;
  while (at < theirs.length && theirs[at] === ours[at]) at += 1;
  return Math.max(0, at - 60);
}

const show = (value: unknown, from: number): string => {
  const text = JSON.stringify(typeof value === 'string' && from > 0 ? `…${value.slice(from)}` : value) ?? 'absent';
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
};

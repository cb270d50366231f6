import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The cases of `<name>.jsonl`, one a line. All of them, expectations included, were answered by upstream's own
 * libraries, those of Kubernetes 1.36.3.
 */
export function golden(name: string): readonly unknown[] {
  const lines = readFileSync(join(import.meta.dirname, `${name}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n');
  return deepFreeze(lines.map((line): unknown => JSON.parse(line)));
}

/** Frozen all the way down, so that whoever writes to an input throws. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const key of Object.keys(value)) deepFreeze((value as Record<string, unknown>)[key]);
  }
  return value;
}

/** A copy as JSON knows it: no undefined members, no shared structure. */
export const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

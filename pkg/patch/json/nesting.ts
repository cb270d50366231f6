import { isContainer } from './json-patch-document.ts';

/**
 * S23. A request cannot nest deeper, but JSON patch can: each `move` may put a tree on top of another, and ten thousand
 * of them make one that no recursive function survives.
 */
export const maxNesting = 100;

/** Whether `value` nests deeper than `limit` containers. Walks level by level, without recursion. */
export function nestsDeeperThan(value: unknown, limit: number): boolean {
  let level = [value].filter(isContainer);
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === limit) return true;
    level = level.flatMap((container) => Object.values(container).filter(isContainer));
  }
  return false;
}

import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { KubeObject } from '../api/types.ts';
import { Backlog } from './backlog.ts';
import type { Notice } from './backlog.ts';
import { Store } from './store.ts';
import { svc } from './testdata/feed.ts';

/** Applies a notice to what the handler knows; fails when it contradicts that. */
function hear(known: Map<string, KubeObject>, { key, deleted, old, current }: Notice<KubeObject>): void {
  expect(deleted !== undefined || old !== undefined).toBe(known.has(key));
  if (old !== undefined) expect(known.get(key)).toBe(old);
  if (deleted !== undefined) {
    expect(known.get(key)?.metadata.uid).toBe(deleted.last.metadata.uid);
    known.delete(key);
  }
  if (current !== undefined) known.set(key, current);
  expect(deleted !== undefined || current !== undefined).toBe(true);
}

type Step = { readonly do: 'put' | 'remove' | 'hear'; readonly name: string; readonly uid: string };

describe('Backlog', () => {
  it('IN31 merges to at most one notice a key, and whoever hears them ends at the state of the store', () => {
    const steps: fc.Arbitrary<Step> = fc.record({
      do: fc.constantFrom('put', 'put', 'remove', 'hear'),
      name: fc.constantFrom('a', 'b'),
      uid: fc.constantFrom('u1', 'u1', 'u2'),
    });
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 60 }), (all) => {
        const store = new Store<KubeObject>();
        const backlog = new Backlog<KubeObject>();
        const known = new Map<string, KubeObject>();
        const hearOne = (): boolean => {
          const notice = backlog.shift();
          if (notice !== undefined) hear(known, notice);
          return notice !== undefined;
        };
        for (const [version, step] of all.entries()) {
          if (step.do === 'hear') hearOne();
          else {
            const object = svc(step.name, version, { uid: step.uid });
            const changes = step.do === 'put' ? store.put(object) : store.remove(object);
            for (const change of changes === 'stale' ? [] : changes) backlog.push(change, false);
          }
          expect(backlog.size).toBeLessThanOrEqual(2);
        }
        while (hearOne());
        const stored = new Map(store.keys().map((key) => [key, store.get(key)]));
        expect(known).toEqual(stored);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps the mark of the first fill, and forgets what came and went', () => {
    const backlog = new Backlog<KubeObject>();
    backlog.push({ key: 'a', current: svc('a', 1) }, true);
    backlog.push({ key: 'a', old: svc('a', 1), current: svc('a', 2) }, false);
    backlog.push({ key: 'b', current: svc('b', 3) }, false);
    backlog.push({ key: 'b', old: svc('b', 4) }, false);
    expect(backlog.shift()).toEqual({ key: 'a', current: svc('a', 2), initial: true });
    expect(backlog.shift()).toBeUndefined();
  });
});

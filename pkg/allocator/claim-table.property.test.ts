/**
 * Model-based: a table of claims against plain maps, through restarts. FAIRLEAD_MODEL_STEPS sets the number of steps
 * (10^5 unless told; 10^7 takes minutes).
 */
import { describe, expect, it } from '@jest/globals';
import { ClaimTable } from './claim-table.ts';

const steps = Number(process.env['FAIRLEAD_MODEL_STEPS'] ?? 100_000);
const restMs = 50;
const span = 600;

/** What the table should say, in the plainest form. */
class Model {
  readonly owners = new Map<number, Set<string>>();
  readonly resting = new Map<number, number>();

  claim(number: number, owner: string): boolean {
    this.resting.delete(number);
    const held = this.owners.get(number) ?? new Set();
    held.add(owner);
    this.owners.set(number, held);
    return held.size === 1;
  }

  release(number: number, owner: string, now: number): boolean {
    const held = this.owners.get(number);
    if (held === undefined || !held.delete(owner)) return false;
    if (held.size === 0) {
      this.owners.delete(number);
      this.resting.delete(number);
      this.resting.set(number, now + restMs);
    }
    return true;
  }

  nextFree(from: number, to: number, now: number, desperate: boolean): number | undefined {
    for (let at = from; at <= to; at += 1) {
      const rests = !desperate && (this.resting.get(at) ?? 0) > now;
      if (!this.owners.has(at) && !rests) return at;
    }
    return undefined;
  }
}

/** A small generator with a printed seed: the sequence is part of the test. */
function generator(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
}

describe('ClaimTable', () => {
  it.each([1, 2, 3])(`agrees with plain maps after every step (seed %i)`, (seed) => {
    const below = generator(seed * 7919);
    const model = new Model();
    const base = 2n ** 70n;
    let table = new ClaimTable({ quarantineMs: restMs });
    let now = 0;
    for (let step = 0; step < steps / 3; step += 1) {
      const number = below(span);
      const owner = `n/${below(5)}`;
      const at = base + BigInt(number);
      switch (below(8)) {
        case 0:
        case 1:
        case 2:
          expectSame(table.claim(at, owner), model.claim(number, owner), step);
          break;
        case 3:
        case 4:
          expectSame(table.release(at, owner, now), model.release(number, owner, now), step);
          break;
        case 5: {
          const desperate = below(2) === 0;
          now += below(20);
          table.expire(now);
          const to = Math.min(span - 1, number + below(300));
          const free = table.nextFree(at, base + BigInt(to), desperate);
          expectSame(
            free === undefined ? undefined : Number(free - base),
            model.nextFree(number, to, now, desperate),
            step,
          );
          break;
        }
        case 6:
          expectSame(table.ownersOf(at).sort(), [...(model.owners.get(number) ?? [])].sort(), step);
          break;
        default:
          if (below(2000) === 0) {
            // A restart: everything comes back from storage, quarantine does not.
            table = new ClaimTable({ quarantineMs: restMs });
            for (const [held, owners] of model.owners)
              for (const name of owners) table.claim(base + BigInt(held), name);
            model.resting.clear();
          }
          expectSame(table.size, model.owners.size, step);
          expectSame(table.isTaken(at), model.owners.has(number), step);
      }
    }
    const shared = [...model.owners].filter(([, owners]) => owners.size > 1);
    expect(table.conflicts()).toHaveLength(shared.length);
    expect(table.count(base, base + BigInt(span))).toBe(model.owners.size);
  });
});

/** `expect` on every step would be most of the time spent. */
function expectSame(actual: unknown, expected: unknown, step: number): void {
  const same = Array.isArray(actual) ? JSON.stringify(actual) === JSON.stringify(expected) : actual === expected;
  if (!same) expect({ step, value: actual }).toEqual({ step, value: expected });
}

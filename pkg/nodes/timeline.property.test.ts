import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { momentOf, type Course } from './timeline.ts';

const course = fc.record({
  startAt: fc.integer({ min: 0, max: 10_000 }),
  exitMs: fc.option(fc.integer({ min: 0, max: 100_000 }), { nil: undefined }),
  exitCode: fc.integer({ min: 0, max: 2 }),
  restarts: fc.boolean(),
  readyAfterMs: fc.integer({ min: 0, max: 20_000 }),
  neverReady: fc.boolean(),
  flapMs: fc.option(fc.integer({ min: 10, max: 5_000 }), { nil: undefined }),
});
const later = fc.integer({ min: 0, max: 10_000_000 });

/** What a status would show. */
function shown(story: Course, now: number): object {
  const { nextAt: _, ...moment } = momentOf(story, now);
  return moment;
}

describe('the course of a container', () => {
  it('shows nothing new before the time it names', () => {
    fc.assert(
      fc.property(course, later, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (story, now, part) => {
        const { nextAt } = momentOf(story, now);
        const until = nextAt ?? now + 10_000_000;
        expect(until).toBeGreaterThan(now);
        const between = Math.min(until - 1, Math.floor(now + (until - now) * part));
        expect(shown(story, between)).toEqual(shown(story, now));
      }),
    );
  });

  it('shows something new at that time', () => {
    fc.assert(
      fc.property(course, later, (story, now) => {
        const { nextAt } = momentOf(story, now);
        if (nextAt !== undefined) expect(shown(story, nextAt)).not.toEqual(shown(story, now));
      }),
    );
  });

  it('never counts restarts down', () => {
    fc.assert(
      fc.property(course, later, later, (story, a, b) => {
        const [first, second] = [Math.min(a, b), Math.max(a, b)];
        expect(momentOf(story, second).restartCount).toBeGreaterThanOrEqual(momentOf(story, first).restartCount);
      }),
    );
  });
});

describe('a container that ends', () => {
  const base: Course = {
    startAt: 0,
    exitMs: 1000,
    exitCode: 1,
    restarts: true,
    readyAfterMs: 0,
    neverReady: false,
    flapMs: undefined,
  };

  it('is started again after pauses of 10, 20, 40, 80, 160 and then 300 seconds', () => {
    const pauses: number[] = [];
    let now = 0;
    while (pauses.length < 8) {
      const moment = momentOf(base, now);
      if (moment.kind === 'backingOff') pauses.push(moment.delayMs / 1000);
      now = moment.nextAt ?? Infinity;
    }
    expect(pauses).toEqual([10, 20, 40, 80, 160, 300, 300, 300]);
  });

  it('stays ended when it is not started again', () => {
    expect(momentOf({ ...base, restarts: false }, 1e9)).toEqual({
      kind: 'ended',
      startedAt: 0,
      exitedAt: 1000,
      nextAt: undefined,
      restartCount: 0,
    });
  });

  it('tells after years as quickly as after seconds', () => {
    expect(momentOf(base, 1e15).restartCount).toBeGreaterThan(3e9);
  });
});

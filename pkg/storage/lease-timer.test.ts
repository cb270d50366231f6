import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../clock/index.ts';
import { LeaseTimer } from './lease-timer.ts';

const DAY = 24 * 60 * 60 * 1000;

function start(): { clock: VirtualClock; timer: LeaseTimer; ended: number[][] } {
  const clock = new VirtualClock();
  const ended: number[][] = [];
  return { clock, ended, timer: new LeaseTimer(clock, (leases) => ended.push([...leases])) };
}

describe('LeaseTimer', () => {
  it('announces leases when they run out, those of one instant together', async () => {
    const { clock, timer, ended } = start();
    for (const [lease, ms] of [
      [1, 500],
      [2, 100],
      [3, 500],
      [4, 300],
    ] as const)
      timer.add(lease, ms);
    await clock.advance(99);
    expect(ended).toEqual([]);
    await clock.advance(401);
    expect(ended).toEqual([[2], [4], [1, 3]]);
  });

  it('waits longer than any platform timer can', async () => {
    const { clock, timer, ended } = start();
    timer.add(1, 60 * DAY);
    await clock.advance(59 * DAY);
    expect(ended).toEqual([]);
    await clock.advance(DAY);
    expect(ended).toEqual([[1]]);
  });

  it('rests when nothing is to come, and after stop', async () => {
    const { clock, timer, ended } = start();
    timer.add(1, 10);
    await clock.advance(10);
    expect(clock.nextDue()).toBeUndefined();
    timer.add(2, 10);
    timer.stop();
    expect(clock.nextDue()).toBeUndefined();
    await clock.advance(100);
    expect(ended).toEqual([[1]]);
  });
});

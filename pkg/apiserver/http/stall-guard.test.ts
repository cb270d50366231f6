import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../../clock/index.ts';
import { StallGuard } from './stall-guard.ts';

function guarded(): { guard: StallGuard; clock: VirtualClock; receiver: { pending: number; cuts: number } } {
  const clock = new VirtualClock();
  const receiver = { pending: 0, cuts: 0 };
  const guard = new StallGuard({
    clock,
    limitMs: 60_000,
    pendingBytes: () => receiver.pending,
    cut: () => (receiver.cuts += 1),
  });
  return { guard, clock, receiver };
}

describe('SV13 StallGuard', () => {
  it('cuts who has taken nothing for the whole limit', async () => {
    const { guard, clock, receiver } = guarded();
    receiver.pending = 1;
    guard.wrote();
    await clock.advance(59_999);
    expect(receiver.cuts).toBe(0);
    await clock.advance(1);
    expect(receiver.cuts).toBe(1);
  });

  it('lets who takes a little go on, and counts anew from there', async () => {
    const { guard, clock, receiver } = guarded();
    receiver.pending = 2;
    guard.wrote();
    await clock.advance(50_000);
    guard.taken();
    await clock.advance(59_999);
    expect(receiver.cuts).toBe(0);
    await clock.advance(1);
    expect(receiver.cuts).toBe(1);
  });

  it('leaves alone who has taken everything, however long nothing is written', async () => {
    const { guard, clock, receiver } = guarded();
    receiver.pending = 1;
    guard.wrote();
    receiver.pending = 0;
    await clock.advance(3_600_000);
    expect([receiver.cuts, clock.nextDue()]).toEqual([0, undefined]);
    receiver.pending = 1;
    guard.wrote();
    await clock.advance(60_000);
    expect(receiver.cuts).toBe(1);
  });

  it('waits for nothing once stopped, or where nothing is pending', () => {
    const { guard, clock, receiver } = guarded();
    guard.wrote();
    expect(clock.nextDue()).toBeUndefined();
    receiver.pending = 1;
    guard.wrote();
    guard.stop();
    guard.wrote();
    expect(clock.nextDue()).toBeUndefined();
  });
});

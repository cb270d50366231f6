import { describe, expect, it } from '@jest/globals';
import { advanceSettled } from './advance-settled.ts';
import { Deadline, DeadlineError } from './deadline.ts';
import { sleep } from './sleep.ts';
import { VirtualClock } from './virtual-clock.ts';

describe('sleep', () => {
  it('resolves at its time and not before', async () => {
    const clock = new VirtualClock();
    let woken = false;
    void sleep(clock, 100).then(() => (woken = true));
    await advanceSettled(clock, 99);
    expect(woken).toBe(false);
    await advanceSettled(clock, 1);
    expect(woken).toBe(true);
  });

  it('rejects when its signal aborts, before or during, and leaves no timer', async () => {
    const clock = new VirtualClock();
    const stop = new AbortController();
    const asleep = sleep(clock, 100, stop.signal);
    stop.abort(new Error('enough'));
    await expect(asleep).rejects.toThrow('enough');
    await expect(sleep(clock, 100, stop.signal)).rejects.toThrow('enough');
    expect(clock.nextDue()).toBeUndefined();
  });
});

describe('Deadline', () => {
  it('aborts with a DeadlineError when the time is up', async () => {
    const clock = new VirtualClock();
    const deadline = new Deadline(clock, 2000);
    await clock.advance(1999);
    expect(deadline.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(deadline.signal.reason).toEqual(new DeadlineError(2000));
  });

  it('follows its parent, also one that aborted before', () => {
    const clock = new VirtualClock();
    const parent = new AbortController();
    const early = new Deadline(clock, undefined, parent.signal);
    parent.abort('gone');
    const late = new Deadline(clock, 5, parent.signal);
    expect([early.signal.reason, late.signal.reason]).toEqual(['gone', 'gone']);
    expect(clock.nextDue()).toBeUndefined();
  });

  it('lets go of timer and parent when disposed', () => {
    const clock = new VirtualClock();
    const parent = new AbortController();
    const deadline = new Deadline(clock, 5, parent.signal);
    deadline[Symbol.dispose]();
    parent.abort();
    expect(clock.nextDue()).toBeUndefined();
    expect(deadline.signal.aborted).toBe(false);
  });
});

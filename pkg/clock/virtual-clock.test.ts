import { expect, it } from '@jest/globals';
import { VirtualClock } from './virtual-clock.ts';

it('a timer that is armed again for the rest of its time comes to an end', async () => {
  const clock = new VirtualClock();
  const due = clock.monotonic() + 240_000.000_1;
  let wakes = 0;
  const arm = (): void => {
    if (clock.monotonic() >= due) return;
    wakes += 1;
    if (wakes < 100) clock.after(due - clock.monotonic(), arm);
  };
  arm();
  await clock.advance(300_000);
  expect(wakes).toBeLessThan(3);
});

import { describe, expect, it } from '@jest/globals';
import { slice } from '../model/testdata/objects.ts';
import { TriggerTimes } from './trigger-times.ts';

const start = Date.UTC(2026, 0, 1);

function triggered(name: string, service: string, afterMs: number | string) {
  const made = slice({ name, service });
  const text = typeof afterMs === 'string' ? afterMs : new Date(start + afterMs).toISOString();
  made.metadata.annotations = { 'endpoints.kubernetes.io/last-change-trigger-time': text };
  return made;
}

describe('TriggerTimes', () => {
  it('M6 tells once how long each change waited, nanoseconds and all', () => {
    const times = new TriggerTimes(start);
    times.noted(triggered('a', 'web', 1000));
    times.noted(triggered('b', 'web', '2026-01-01T00:00:02.123456789Z'));
    expect([times.take(start + 5000), times.take(start + 5000)]).toEqual([[4000, 2877], []]);
  });

  it('M6 counts no change from before this process, none without a time, and none of a Service that lost a slice', () => {
    const times = new TriggerTimes(start);
    times.noted(triggered('a', 'web', -1));
    times.noted(triggered('a', 'web', 'yesterday'));
    times.noted(slice());
    times.noted(triggered('b', 'web', 1000));
    times.noted(triggered('c', 'api', 2000));
    times.gone({ namespace: 'shop', name: 'b' });
    times.gone({ namespace: 'shop', name: 'unknown' });
    expect(times.take(start + 5000)).toEqual([3000]);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { EndpointSlice } from '../api/types.ts';
import { slice } from '../testing/build/objects.ts';
import { SliceTracker } from './slice-tracker.ts';

const behind = { hasReached: () => false, now: 0 };
const reached = { hasReached: () => true, now: 0 };

const at = (generation: number, name = 'a'): EndpointSlice => slice({ name, generation });

function tracker(...written: EndpointSlice[]): SliceTracker {
  const result = new SliceTracker();
  for (const each of written) result.wrote('ns/svc', each, 0);
  return result;
}

describe('SliceTracker', () => {
  it('SC-S-041 takes an older generation than it wrote for stale, and no other', () => {
    expect(tracker(at(12)).isStale('ns/svc', [at(10)], behind)).toBe(true);
    expect(tracker(at(10)).isStale('ns/svc', [at(10)], behind)).toBe(false);
    expect(tracker(at(1)).isStale('ns/svc', [at(10)], behind)).toBe(false);
  });

  it('SC-S-042 knows when the cache lacks something', () => {
    expect(tracker().isStale('ns/svc', [at(1)], behind)).toBe(false);
    expect(tracker(at(1), at(1, 'b')).isStale('ns/svc', [at(1)], behind)).toBe(true);
    expect(tracker(at(1)).isStale('ns/other', [], behind)).toBe(false);
    const deleted = tracker(at(1));
    deleted.expectDeletion('ns/svc', at(1), 0);
    expect(deleted.isStale('ns/svc', [at(1)], behind)).toBe(true);
    expect(deleted.isStale('ns/svc', [], behind)).toBe(false);
  });

  it('H1, H2 forgets what the cache has not although it has reached our write', () => {
    const gone = tracker(at(1));
    expect(gone.isStale('ns/svc', [], behind)).toBe(true);
    expect(gone.isStale('ns/svc', [], reached)).toBe(false);
    expect(gone.has('ns/svc', at(1))).toBe(false);
  });

  it('IN46 does not wait longer than five minutes', () => {
    const late = { hasReached: () => false, now: 300_001 };
    expect(tracker(at(2)).isStale('ns/svc', [at(1)], late)).toBe(false);
  });

  it('SC-Q-019, SC-Q-020 tells own writes from those of others (S30)', () => {
    expect(tracker(at(3)).shouldSync('ns/svc', at(3))).toBe(false);
    expect(tracker(at(3)).shouldSync('ns/svc', at(4))).toBe(true);
    expect(tracker().shouldSync('ns/svc', at(1))).toBe(true);
    const deleted = tracker(at(3));
    deleted.expectDeletion('ns/svc', at(3), 0);
    expect(deleted.shouldSync('ns/svc', at(3))).toBe(true);
  });

  it('SC-Q-021, SC-Q-022 tells own deletions from those of others (S31)', () => {
    const ours = tracker(at(3));
    ours.expectDeletion('ns/svc', at(3), 0);
    expect(ours.sawDeletion('ns/svc', at(3))).toBe(false);
    const theirs = tracker(at(3));
    expect(theirs.sawDeletion('ns/svc', at(3))).toBe(true);
    expect(theirs.sawDeletion('ns/svc', at(3))).toBe(false);
  });

  it('S34 forgets a Service', () => {
    const forgotten = tracker(at(3));
    forgotten.forget('ns/svc');
    expect(forgotten.isStale('ns/svc', [], behind)).toBe(false);
  });
});

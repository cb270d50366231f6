import { describe, expect, it } from '@jest/globals';
import { slice } from '../testing/build/objects.ts';
import { sliceManager as ours } from './names.ts';
import { sliceAdded, sliceDeleted, sliceUpdated } from './slice-change.ts';
import { SliceTracker } from './slice-tracker.ts';

function known(): SliceTracker {
  const tracker = new SliceTracker();
  tracker.wrote('ns/svc', slice({ name: 'a', generation: 3 }), 0);
  return tracker;
}
const at = (generation: number) => slice({ name: 'a', generation });

describe('changes of slices (Q12)', () => {
  it('SC-Q-019, SC-Q-020 matter when somebody else made them', () => {
    expect(sliceUpdated(at(2), at(3), ours, known())).toEqual([]);
    expect(sliceUpdated(at(3), at(4), ours, known())).toEqual(['ns/svc']);
    expect(sliceAdded(at(1), ours, new SliceTracker())).toEqual(['ns/svc']);
  });

  it('SC-Q-021 matter when somebody else deleted', () => {
    expect(sliceDeleted(at(3), ours, known())).toEqual(['ns/svc']);
    expect(sliceDeleted(at(3), ours, new SliceTracker())).toEqual([]);
  });

  it('SC-Q-023 matter when the manager changes, either way', () => {
    const theirs = slice({ name: 'a', generation: 3, manager: 'somebody' });
    expect(sliceUpdated(at(3), theirs, ours, known())).toEqual(['ns/svc']);
    expect(sliceUpdated(theirs, at(3), ours, known())).toEqual(['ns/svc']);
  });

  it('SC-Q-024 matter to both Services when the label changes', () => {
    const moved = slice({ name: 'a', serviceName: 'b' });
    expect(sliceUpdated(at(3), moved, ours, known())).toEqual(['ns/b', 'ns/svc']);
    const unlabelled = slice({ name: 'a', serviceName: '' });
    expect(sliceUpdated(at(3), unlabelled, ours, known())).toEqual(['ns/svc']);
  });

  it('SC-Q-025 do not matter when the slice is not ours', () => {
    const theirs = slice({ name: 'a', manager: 'somebody' });
    expect(sliceAdded(theirs, ours, known())).toEqual([]);
    expect(sliceUpdated(theirs, { ...theirs }, ours, known())).toEqual([]);
    expect(sliceDeleted(theirs, ours, known())).toEqual([]);
    expect(sliceAdded(slice({ name: 'a', serviceName: '' }), ours, known())).toEqual([]);
  });
});

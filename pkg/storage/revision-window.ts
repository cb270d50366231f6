import { CompactedError, FutureRevisionError } from './store.ts';

/** Revisions that can be read: from the compaction floor to the last commit. */
export interface RevisionWindow {
  readonly revision: number;
  readonly compactRevision: number;
}

/** The revision a read is answered at. Throws when it lies outside the window. */
export function readRevision(window: RevisionWindow, wanted: number | undefined): number {
  if (wanted === undefined || wanted === 0) return window.revision;
  if (wanted > window.revision) throw new FutureRevisionError(wanted, window.revision);
  if (wanted < window.compactRevision) throw new CompactedError(wanted, window.compactRevision);
  return wanted;
}

/** Whether compacting to that revision moves the floor. Throws when it has not happened yet. */
export function raisesFloor(window: RevisionWindow, wanted: number): boolean {
  if (wanted > window.revision) throw new FutureRevisionError(wanted, window.revision);
  return wanted > window.compactRevision;
}

/** What the server keeps of the old metadata on every update, whatever the kind (P3e, V15). */
import type { ObjectMeta } from '../api/types.ts';

/** `resourceVersion` is taken from the old object when the client left it out (an unconditional update). */
export function carryOverMetadata(next: ObjectMeta, previous: ObjectMeta): ObjectMeta {
  const result: ObjectMeta = { ...next };
  delete result.generation;
  if (previous.generation) result.generation = previous.generation;
  if (!result.uid && previous.uid) result.uid = previous.uid;
  if (previous.creationTimestamp) result.creationTimestamp = previous.creationTimestamp;
  if (previous.deletionTimestamp) result.deletionTimestamp = previous.deletionTimestamp;
  if (previous.deletionGracePeriodSeconds !== undefined) {
    result.deletionGracePeriodSeconds ??= previous.deletionGracePeriodSeconds;
  }
  if (!result.resourceVersion && previous.resourceVersion) result.resourceVersion = previous.resourceVersion;
  return result;
}

import type { ObjectMeta } from '../api/types.ts';
import type { Precondition } from './plan.ts';

/** LE17: the object must still be the one, and the version, that was looked at. */
export function preconditionOf({ metadata: { uid, resourceVersion } }: { metadata: ObjectMeta }): Precondition {
  return {
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
}

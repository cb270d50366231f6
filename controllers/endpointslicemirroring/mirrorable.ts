import type { Endpoints } from '../../pkg/api/types.ts';
import { leaderAnnotation, skipMirrorLabel, valueOf } from '../../pkg/endpoints/index.ts';

/** M2: neither told not to nor somebody's election lock. Whether the Service has a selector is another question. */
export function isMirrorable({ metadata: { labels, annotations } }: Endpoints): boolean {
  return valueOf(labels, skipMirrorLabel) !== 'true' && valueOf(annotations, leaderAnnotation) === undefined;
}

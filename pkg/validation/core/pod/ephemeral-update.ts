/** Ephemeral containers are added to a Pod that stands, never changed or taken away. */
import type { FieldError } from '../../../api/field-error.ts';
import type { Pod } from '../../../api/types.ts';
import { currentGates, type ValidationContext } from '../../context.ts';
import { sameValue } from '../../equal.ts';
import { forbidden } from '../../errors.ts';
import { validateObjectMetaUpdate } from '../../metadata/object-meta.ts';
import { validatePodAnnotationsKept } from './annotations.ts';
import { isMirror, validateMetadataAndSpec } from './pod.ts';

/** PUT and PATCH of `…/ephemeralcontainers`. */
export function validateEphemeralUpdate(
  next: Pod,
  previous: Pod,
  context: ValidationContext = currentGates,
): FieldError[] {
  if (isMirror(previous)) return [forbidden('', 'static pods do not support ephemeral containers')];
  const field = 'spec.ephemeralContainers';
  const now = new Map((next.spec?.ephemeralContainers ?? []).map((container) => [container.name, container]));
  return [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateMetadataAndSpec(next, context),
    ...validatePodAnnotationsKept(next.metadata.annotations, previous.metadata.annotations, 'metadata.annotations'),
    ...(previous.spec?.ephemeralContainers ?? []).flatMap((old) => {
      const found = now.get(old.name);
      const which = `existing ephemeral containers ${JSON.stringify(old.name)}`;
      if (found === undefined) return [forbidden(field, `${which} may not be removed\n`)];
      // Upstream adds a diff of Go structs.
      return sameValue(found, old) ? [] : [forbidden(field, `${which} may not be changed\n`)];
    }),
  ];
}

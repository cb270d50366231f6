/** What may change in a Pod: images, a shorter deadline, more tolerations, fewer gates. */
import type { FieldError } from '../../../api/field-error.ts';
import type { Pod } from '../../../api/types.ts';
import { currentGates, type ValidationContext } from '../../context.ts';
import { sameValue } from '../../equal.ts';
import { forbidden, invalid, json, required } from '../../errors.ts';
import { between } from '../../formats/text.ts';
import { validateObjectMetaUpdate } from '../../metadata/object-meta.ts';
import { validatePodAnnotations, validatePodAnnotationsKept } from './annotations.ts';
import { isGated, validateGatesKept, validatePlacement, withOldPlacement } from './gated.ts';
import { validateImages, validateMetadataAndSpec } from './pod.ts';
import { validateTolerations } from './scheduling.ts';
import type { PodSpec } from './types.ts';

const mostSeconds = 2_147_483_647;
const changeable = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');

export function validatePodUpdate(next: Pod, previous: Pod, context: ValidationContext = currentGates): FieldError[] {
  const after: PodSpec = next.spec ?? {};
  const before: PodSpec = previous.spec ?? {};
  const { annotations } = next.metadata;
  const errors = [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateMetadataAndSpec(next, context),
    ...validatePodAnnotationsKept(annotations, previous.metadata.annotations, 'metadata.annotations'),
    ...validatePodAnnotations(annotations, after.nodeName ?? '', 'metadata.annotations'),
  ];
  for (const list of ['containers', 'initContainers'] as const) {
    const [now = [], then = []] = [after[list], before[list]];
    if (now.length !== then.length) {
      return [...errors, forbidden(`spec.${list}`, 'pod updates may not add or remove containers')];
    }
    errors.push(...now.flatMap(({ image }, index) => (image ? [] : [required(`spec.${list}[${index}].image`)])));
    errors.push(...validateImages(now, `spec.${list}`));
  }
  const deadline = validateDeadline(after, before);
  errors.push(...deadline.errors);
  if (deadline.final) return errors;
  errors.push(...validateTolerationsKept(after, before), ...validateGatesKept(after, before));
  if (isGated(before)) errors.push(...validatePlacement(after, before));
  return sameValue(withAllowedChanges(after, before), before) ? errors : [...errors, refusal()];
}

/** Upstream adds a diff of Go structs; the sentence before it is what clients look for. */
const refusal = (): FieldError => forbidden('spec', `pod updates may not change fields other than ${changeable}\n`);

/** The new spec with everything that may change put back. */
function withAllowedChanges(after: PodSpec, before: PodSpec): PodSpec {
  const images = (list: 'containers' | 'initContainers'): PodSpec['containers'] =>
    (after[list] ?? []).map((container, index) => ({ ...container, image: before[list]?.[index]?.image ?? '' }));
  const grace = before.terminationGracePeriodSeconds ?? 0;
  const restored: Record<string, unknown> = {
    ...(isGated(before) ? withOldPlacement(after, before) : after),
    containers: images('containers'),
    initContainers: images('initContainers'),
    activeDeadlineSeconds: before.activeDeadlineSeconds,
    tolerations: before.tolerations,
    schedulingGates: before.schedulingGates,
    ...(grace < 0 && after.terminationGracePeriodSeconds === 1 ? { terminationGracePeriodSeconds: grace } : {}),
  };
  return restored;
}

function validateDeadline(after: PodSpec, before: PodSpec): { errors: FieldError[]; final: boolean } {
  const field = 'spec.activeDeadlineSeconds';
  const { activeDeadlineSeconds: now } = after;
  const { activeDeadlineSeconds: then } = before;
  if (now === undefined) {
    const detail = 'must not update from a positive integer to nil value';
    return { errors: then === undefined ? [] : [invalid(field, json(null), detail)], final: false };
  }
  if (now < 0 || now > mostSeconds) return { errors: [invalid(field, now, between(0, mostSeconds))], final: true };
  if (then !== undefined && then < now) {
    return { errors: [invalid(field, now, 'must be less than or equal to previous value')], final: true };
  }
  return { errors: [], final: false };
}

function validateTolerationsKept(after: PodSpec, before: PodSpec): FieldError[] {
  const field = 'spec.tolerations';
  const now = after.tolerations ?? [];
  const kept = (before.tolerations ?? []).every((old) =>
    now.some((toleration) => sameValue({ ...toleration, tolerationSeconds: 0 }, { ...old, tolerationSeconds: 0 })),
  );
  return kept
    ? validateTolerations(now, field)
    : [forbidden(field, 'existing toleration can not be modified except its tolerationSeconds')];
}

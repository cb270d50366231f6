/** Pods: create, update and status. */
import type { FieldError } from '../../../api/field-error.ts';
import type { Pod } from '../../../api/types.ts';
import { currentGates, type ValidationContext } from '../../context.ts';
import { forbidden, invalid } from '../../errors.ts';
import { trimSpace } from '../../formats/text.ts';
import { subdomainName } from '../../metadata/names.ts';
import { validateObjectMeta } from '../../metadata/object-meta.ts';
import { mirror, validatePodAnnotations } from './annotations.ts';
import { validatePodSpec } from './spec.ts';
import type { PodSpec } from './types.ts';

export function validatePod(pod: Pod, context: ValidationContext = currentGates): FieldError[] {
  const spec: PodSpec = pod.spec ?? {};
  const gated = (spec.schedulingGates ?? []).length > 0;
  return [
    ...validateMetadataAndSpec(pod, context),
    ...((spec.ephemeralContainers ?? []).length > 0
      ? [forbidden('spec.ephemeralContainers', 'cannot be set on create')]
      : []),
    ...(spec.nodeName && gated
      ? [forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared')]
      : []),
  ];
}

/** What stands for a static Pod of a kubelet. */
export const isMirror = ({ metadata }: Pod): boolean => Object.hasOwn(metadata.annotations ?? {}, mirror);

/** What create and update share. */
export function validateMetadataAndSpec(pod: Pod, context: ValidationContext): FieldError[] {
  const spec: PodSpec = pod.spec ?? {};
  const rules = { isPod: true, strictIps: context.strictIps };
  return [
    ...validateObjectMeta(pod.metadata, true, subdomainName),
    ...validatePodAnnotations(pod.metadata.annotations, spec.nodeName ?? '', 'metadata.annotations'),
    ...validatePodSpec(spec, 'spec', rules, pod.metadata.name ?? ''),
    ...validateTokens(spec),
    ...validateImages(spec.containers, 'spec.containers'),
    ...validateImages(spec.initContainers, 'spec.initContainers'),
  ];
}

/** Templates may pad an image for tools that fill it in; Pods may not. */
export function validateImages(containers: PodSpec['containers'], field: string): FieldError[] {
  return (containers ?? []).flatMap(({ image = '' }, index) =>
    image === trimSpace(image)
      ? []
      : [invalid(`${field}[${index}].image`, image, 'must not have leading or trailing whitespace')],
  );
}

/** A token belongs to an account. */
function validateTokens(spec: PodSpec): FieldError[] {
  if (spec.serviceAccountName) return [];
  return (spec.volumes ?? []).flatMap(({ projected }, index) =>
    (projected?.sources ?? []).flatMap(({ serviceAccountToken }, at) =>
      serviceAccountToken
        ? [
            forbidden(
              `spec.volumes[${index}].projected.sources[${at}].serviceAccountToken`,
              'must not be specified when serviceAccountName is not set',
            ),
          ]
        : [],
    ),
  );
}

/** Templates of Pods, wherever they stand. */
import type { FieldError } from '../../../api/field-error.ts';
import type { PodTemplate, PodTemplateSpec } from '../../../api/workloads.ts';
import { currentGates, type ValidationContext } from '../../context.ts';
import { forbidden, json, notSupported } from '../../errors.ts';
import type { Loose } from '../../loose.ts';
import { validateAnnotations, validateLabels } from '../../metadata/labels.ts';
import { subdomainName } from '../../metadata/names.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../../metadata/object-meta.ts';
import { validatePodAnnotations } from './annotations.ts';
import { validatePodSpec } from './spec.ts';
import type { PodSpec } from './types.ts';

export type Template = Loose<PodTemplateSpec>;

/** Labels and annotations are reported without `metadata` in their path. */
export function validatePodTemplateSpec(
  template: Template | undefined,
  field: string,
  context: ValidationContext,
): FieldError[] {
  const { labels, annotations } = template?.metadata ?? {};
  const spec: PodSpec = template?.spec ?? {};
  return [
    ...validateLabels(labels, `${field}.labels`),
    ...validateAnnotations(annotations, `${field}.annotations`),
    ...validatePodAnnotations(annotations, spec.nodeName ?? '', `${field}.annotations`),
    ...validatePodSpec(spec, `${field}.spec`, { isPod: false, strictIps: context.strictIps }),
    ...((spec.ephemeralContainers ?? []).length > 0
      ? [forbidden(`${field}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template')]
      : []),
  ];
}

/** For controllers that keep their Pods running: `kind` is named in the message. */
export function validateLastingTemplate(template: Template | undefined, field: string, kind: string): FieldError[] {
  const spec: PodSpec = template?.spec ?? {};
  const { restartPolicy = '', activeDeadlineSeconds } = spec;
  return [
    ...(restartPolicy === 'Always'
      ? []
      : [notSupported(`${field}.spec.restartPolicy`, json(restartPolicy), ['Always'])]),
    ...(activeDeadlineSeconds === undefined
      ? []
      : [forbidden(`${field}.spec.activeDeadlineSeconds`, `activeDeadlineSeconds in ${kind} is not Supported`)]),
  ];
}

export const validatePodTemplate = (object: PodTemplate, context: ValidationContext = currentGates): FieldError[] => [
  ...validateObjectMeta(object.metadata, true, subdomainName),
  ...validatePodTemplateSpec(object.template, 'template', context),
];

export const validatePodTemplateUpdate = (
  next: PodTemplate,
  previous: PodTemplate,
  context: ValidationContext = currentGates,
): FieldError[] => [
  ...validateObjectMetaUpdate(next.metadata, previous.metadata),
  ...validatePodTemplateSpec(next.template, 'template', context),
];

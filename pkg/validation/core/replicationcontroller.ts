/** ReplicationControllers: ReplicaSets of old, with an equality selector. */
import type { FieldError } from '../../api/field-error.ts';
import { selectorFromMap } from '../../api/labels/selector.ts';
import type { ReplicationController } from '../../api/workloads.ts';
import { validateSetCounts } from '../apps/replicas.ts';
import { currentGates, type ValidationContext } from '../context.ts';
import { validateCounts } from '../counts.ts';
import { required } from '../errors.ts';
import type { Loose } from '../loose.ts';
import { longName } from '../metadata/names.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../metadata/object-meta.ts';
import { validateSelectsTemplate } from '../metadata/selector.ts';
import { validateLastingTemplate, validatePodTemplateSpec } from './pod/template.ts';

type Spec = Loose<NonNullable<ReplicationController['spec']>>;

export function validateReplicationController(
  object: ReplicationController,
  context: ValidationContext = currentGates,
): FieldError[] {
  return [...validateObjectMeta(object.metadata, true, longName), ...validateSpec(object.spec ?? {}, context)];
}

export function validateReplicationControllerUpdate(
  next: ReplicationController,
  previous: ReplicationController,
  context: ValidationContext = currentGates,
): FieldError[] {
  return [...validateObjectMetaUpdate(next.metadata, previous.metadata), ...validateSpec(next.spec ?? {}, context)];
}

function validateSpec(spec: Spec, context: ValidationContext): FieldError[] {
  const { selector, replicas, template } = spec;
  const matcher = selectorFromMap(selector);
  const field = 'spec.template';
  return [
    ...validateCounts(spec, 'spec', 'minReadySeconds'),
    ...(matcher.empty ? [required('spec.selector')] : []),
    ...(replicas === undefined ? [required('spec.replicas')] : validateCounts(spec, 'spec', 'replicas')),
    ...(template === undefined
      ? [required(field)]
      : [
          ...validateSelectsTemplate(matcher, template.metadata?.labels, field),
          ...validatePodTemplateSpec(template, field, context),
          ...validateLastingTemplate(template, field, 'ReplicationController'),
        ]),
  ];
}

export function validateReplicationControllerStatusUpdate(
  next: ReplicationController,
  previous: ReplicationController,
): FieldError[] {
  const status: Loose<NonNullable<ReplicationController['status']>> = next.status ?? {};
  return [...validateObjectMetaUpdate(next.metadata, previous.metadata), ...validateSetCounts(status)];
}

/** ReplicaSets. */
import type { FieldError } from '../../api/field-error.ts';
import type { ReplicaSet } from '../../api/workloads.ts';
import { currentGates, type ValidationContext } from '../context.ts';
import { validateCounts } from '../counts.ts';
import type { Loose } from '../loose.ts';
import { subdomainName } from '../metadata/names.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../metadata/object-meta.ts';
import { validateSelectorKept } from '../metadata/selector.ts';
import { validateSetCounts } from './replicas.ts';
import { validateSelectedTemplate } from './selected-template.ts';

type Spec = Loose<NonNullable<ReplicaSet['spec']>>;

export function validateReplicaSet(object: ReplicaSet, context: ValidationContext = currentGates): FieldError[] {
  return [...validateObjectMeta(object.metadata, true, subdomainName), ...validateSpec(object.spec ?? {}, context)];
}

export function validateReplicaSetUpdate(
  next: ReplicaSet,
  previous: ReplicaSet,
  context: ValidationContext = currentGates,
): FieldError[] {
  return [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateSpec(next.spec ?? {}, context),
    ...validateSelectorKept(next.spec?.selector, previous.spec?.selector, 'spec.selector'),
  ];
}

function validateSpec(spec: Spec, context: ValidationContext): FieldError[] {
  return [
    ...validateCounts(spec, 'spec', 'replicas', 'minReadySeconds'),
    ...validateSelectedTemplate(spec.selector, spec.template, context),
  ];
}

export function validateReplicaSetStatusUpdate(next: ReplicaSet, previous: ReplicaSet): FieldError[] {
  const status: Loose<NonNullable<ReplicaSet['status']>> = next.status ?? {};
  return [...validateObjectMetaUpdate(next.metadata, previous.metadata), ...validateSetCounts(status)];
}

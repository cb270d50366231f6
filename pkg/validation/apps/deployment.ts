/** Deployments. */
import type { FieldError } from '../../api/field-error.ts';
import type { Deployment } from '../../api/workloads.ts';
import { currentGates, type ValidationContext } from '../context.ts';
import { countOf, validateAtMostAll, validateCounts, validateIntOrPercent } from '../counts.ts';
import { forbidden, invalid, json, notSupported, required } from '../errors.ts';
import type { Loose } from '../loose.ts';
import { subdomainName } from '../metadata/names.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../metadata/object-meta.ts';
import { validateSelectorKept } from '../metadata/selector.ts';
import { validateCollisions, validateReplicaCounts } from './replicas.ts';
import { validateSelectedTemplate } from './selected-template.ts';

type Spec = Loose<NonNullable<Deployment['spec']>>;
type Strategy = NonNullable<Spec['strategy']>;

export function validateDeployment(object: Deployment, context: ValidationContext = currentGates): FieldError[] {
  return [...validateObjectMeta(object.metadata, true, subdomainName), ...validateSpec(object.spec ?? {}, context)];
}

export function validateDeploymentUpdate(
  next: Deployment,
  previous: Deployment,
  context: ValidationContext = currentGates,
): FieldError[] {
  return [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateSpec(next.spec ?? {}, context),
    ...validateSelectorKept(next.spec?.selector, previous.spec?.selector, 'spec.selector'),
  ];
}

function validateSpec(spec: Spec, context: ValidationContext): FieldError[] {
  const { progressDeadlineSeconds: deadline, minReadySeconds = 0 } = spec;
  return [
    ...validateCounts(spec, 'spec', 'replicas'),
    ...validateSelectedTemplate(spec.selector, spec.template, context),
    ...validateStrategy(spec.strategy ?? {}, 'spec.strategy'),
    ...validateCounts(spec, 'spec', 'minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds'),
    ...(deadline !== undefined && deadline <= minReadySeconds
      ? [invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds')]
      : []),
  ];
}

function validateStrategy({ type = '', rollingUpdate }: Strategy, field: string): FieldError[] {
  const at = `${field}.rollingUpdate`;
  switch (type) {
    case 'Recreate':
      return rollingUpdate === undefined
        ? []
        : [forbidden(at, "may not be specified when strategy `type` is 'Recreate'")];
    case 'RollingUpdate':
      return rollingUpdate === undefined
        ? [required(at, 'this should be defaulted and never be nil')]
        : validateRollingUpdate(rollingUpdate, at);
    default: {
      const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate ?? {};
      const update = rollingUpdate === undefined ? null : { MaxUnavailable: maxUnavailable, MaxSurge: maxSurge };
      return [notSupported(field, json({ Type: type, RollingUpdate: update }), ['Recreate', 'RollingUpdate'])];
    }
  }
}

function validateRollingUpdate(update: NonNullable<Strategy['rollingUpdate']>, field: string): FieldError[] {
  const { maxUnavailable = 0, maxSurge = 0 } = update;
  return [
    ...validateIntOrPercent(maxUnavailable, `${field}.maxUnavailable`),
    ...validateIntOrPercent(maxSurge, `${field}.maxSurge`),
    ...(countOf(maxUnavailable) === 0 && countOf(maxSurge) === 0
      ? [invalid(`${field}.maxUnavailable`, json(maxUnavailable), 'may not be 0 when `maxSurge` is 0')]
      : []),
    ...validateAtMostAll(maxUnavailable, `${field}.maxUnavailable`),
  ];
}

export function validateDeploymentStatusUpdate(next: Deployment, previous: Deployment): FieldError[] {
  const status = next.status ?? {};
  return [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateCounts(
      status,
      'status',
      'observedGeneration',
      'replicas',
      'updatedReplicas',
      'readyReplicas',
      'availableReplicas',
      'unavailableReplicas',
      'terminatingReplicas',
      'collisionCount',
    ),
    ...validateReplicaCounts(status, ['updatedReplicas', 'readyReplicas', 'availableReplicas'], 'readyReplicas'),
    ...validateCollisions(status, previous.status),
  ];
}

/** DaemonSets. */
import type { FieldError } from '../../api/field-error.ts';
import type { DaemonSet } from '../../api/workloads.ts';
import { currentGates, type ValidationContext } from '../context.ts';
import { validateLastingTemplate, validatePodTemplateSpec } from '../core/pod/template.ts';
import { countOf, validateAtMostAll, validateCounts, validateIntOrPercent } from '../counts.ts';
import { invalid, json, notSupported, required } from '../errors.ts';
import type { Loose } from '../loose.ts';
import { validateLabelSelector } from '../metadata/labels.ts';
import { subdomainName } from '../metadata/names.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../metadata/object-meta.ts';
import { readSelector, validateNotEmpty, validateSelectorKept, validateSelectsTemplate } from '../metadata/selector.ts';
import { validateCollisions } from './replicas.ts';

type Spec = Loose<NonNullable<DaemonSet['spec']>>;
type Strategy = NonNullable<Spec['updateStrategy']>;

export function validateDaemonSet(object: DaemonSet, context: ValidationContext = currentGates): FieldError[] {
  return [...validateObjectMeta(object.metadata, true, subdomainName), ...validateSpec(object.spec ?? {}, context)];
}

export function validateDaemonSetUpdate(
  next: DaemonSet,
  previous: DaemonSet,
  context: ValidationContext = currentGates,
): FieldError[] {
  return [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateSelectorKept(next.spec?.selector, previous.spec?.selector, 'spec.selector'),
    ...validateSpec(next.spec ?? {}, context),
  ];
}

function validateSpec(spec: Spec, context: ValidationContext): FieldError[] {
  const { selector, template } = spec;
  const field = 'spec.template';
  const matcher = readSelector(selector);
  const labels = template?.metadata?.labels;
  return [
    ...validateLabelSelector(selector, 'spec.selector'),
    // An empty selector matches, and is refused for being empty.
    ...(matcher === undefined ? [] : validateSelectsTemplate(matcher, labels, field)),
    ...(selector === undefined ? [] : validateNotEmpty(selector, 'spec.selector', 'daemonset')),
    ...validatePodTemplateSpec(template, field, context),
    ...validateLastingTemplate(template, field, 'DaemonSet'),
    ...validateCounts(spec, 'spec', 'minReadySeconds'),
    ...validateStrategy(spec.updateStrategy ?? {}, 'spec.updateStrategy'),
    ...validateCounts(spec, 'spec', 'revisionHistoryLimit'),
  ];
}

function validateStrategy({ type = '', rollingUpdate }: Strategy, field: string): FieldError[] {
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate ?? {};
  const at = `${field}.rollingUpdate`;
  if (type === 'OnDelete') return [];
  if (type !== 'RollingUpdate') {
    const update = rollingUpdate === undefined ? null : { MaxUnavailable: maxUnavailable, MaxSurge: maxSurge };
    return [notSupported(field, json({ Type: type, RollingUpdate: update }), ['RollingUpdate', 'OnDelete'])];
  }
  if (rollingUpdate === undefined) return [required(at)];
  const replaced = countOf(maxUnavailable) !== 0;
  const added = countOf(maxSurge) !== 0;
  return [
    ...validateIntOrPercent(maxUnavailable, `${at}.maxUnavailable`),
    ...validateIntOrPercent(maxSurge, `${at}.maxSurge`),
    ...validateAtMostAll(maxUnavailable, `${at}.maxUnavailable`),
    ...validateAtMostAll(maxSurge, `${at}.maxSurge`),
    ...(replaced && added
      ? [invalid(`${at}.maxSurge`, json(maxSurge), 'may not be set when maxUnavailable is non-zero')]
      : []),
    ...(!replaced && !added ? [required(`${at}.maxUnavailable`, 'cannot be 0 when maxSurge is 0')] : []),
  ];
}

export function validateDaemonSetStatusUpdate(next: DaemonSet, previous: DaemonSet): FieldError[] {
  const status: Loose<NonNullable<DaemonSet['status']>> = next.status ?? {};
  return [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateCounts(
      status,
      'status',
      'currentNumberScheduled',
      'numberMisscheduled',
      'desiredNumberScheduled',
      'numberReady',
      'observedGeneration',
      'updatedNumberScheduled',
      'numberAvailable',
      'numberUnavailable',
      'collisionCount',
    ),
    ...validateCollisions(status, previous.status),
  ];
}

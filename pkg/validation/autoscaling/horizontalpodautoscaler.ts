/** HorizontalPodAutoscalers (autoscaling/v2): the target, the bounds and the pace. */
import type { FieldError } from '../../api/field-error.ts';
import type { HorizontalPodAutoscaler } from '../../api/workloads.ts';
import { validateCounts } from '../counts.ts';
import { forbidden, invalid, json, notSupported, required } from '../errors.ts';
import { parseQuantity } from '../formats/quantity.ts';
import type { Loose } from '../loose.ts';
import { subdomainName } from '../metadata/names.ts';
import { notNegative, validateObjectMeta, validateObjectMetaUpdate } from '../metadata/object-meta.ts';
import { isGroupVersion, type ScaledReference, validateMetric, validateReference } from './metrics.ts';

type Spec = Loose<NonNullable<HorizontalPodAutoscaler['spec']>>;
type ScalingRules = NonNullable<NonNullable<Spec['behavior']>['scaleUp']>;
type Policy = NonNullable<ScalingRules['policies']>[number];

const selections = ['Disabled', 'Max', 'Min'];
const policyTypes = ['Percent', 'Pods'];
const longest = { window: 3600, period: 1800 };

export const validateHorizontalPodAutoscaler = (object: HorizontalPodAutoscaler): FieldError[] => [
  ...validateObjectMeta(object.metadata, true, subdomainName),
  ...validateSpec(object.spec ?? {}, undefined),
];

export const validateHorizontalPodAutoscalerUpdate = (
  next: HorizontalPodAutoscaler,
  previous: HorizontalPodAutoscaler,
): FieldError[] => [
  ...validateObjectMetaUpdate(next.metadata, previous.metadata),
  ...validateSpec(next.spec ?? {}, previous.spec ?? {}),
];

/** A reference that was stored with an unreadable version may stay. */
function validateSpec(spec: Spec, before: Spec | undefined): FieldError[] {
  const { minReplicas, maxReplicas = 0, scaleTargetRef = {}, metrics = [], behavior } = spec;
  const low = before?.minReplicas === 0 ? 0 : 1;
  return [
    ...(minReplicas !== undefined && minReplicas < low
      ? [invalid('spec.minReplicas', minReplicas, `must be greater than or equal to ${low}`)]
      : []),
    ...validateMost(maxReplicas, minReplicas, 'spec.maxReplicas'),
    ...validateReference(scaleTargetRef, 'spec.scaleTargetRef', targetRule(before?.scaleTargetRef)),
    ...metrics.flatMap((metric, index) => validateMetric(metric, `spec.metrics[${index}]`)),
    ...(minReplicas === 0 && !metrics.some(({ type }) => type === 'Object' || type === 'External')
      ? [
          forbidden(
            'spec.metrics',
            'must specify at least one Object or External metric to support scaling to zero replicas',
          ),
        ]
      : []),
    ...(behavior?.scaleUp ? validateRules(behavior.scaleUp, 'spec.behavior.scaleUp') : []),
    ...(behavior?.scaleDown ? validateRules(behavior.scaleDown, 'spec.behavior.scaleDown') : []),
  ];
}

function targetRule(before: ScaledReference | undefined): 'grouped' | 'any' | 'unread' {
  if (before === undefined) return 'grouped';
  const { apiVersion = '' } = before;
  if (!isGroupVersion(apiVersion)) return 'unread';
  return apiVersion.includes('/') ? 'grouped' : 'any';
}

function validateMost(most: number, least: number | undefined, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (most === 0) errors.push(required(field, 'must be set and greater than 0'));
  else if (most < 0) errors.push(invalid(field, most, 'must be greater than or equal to 1'));
  return least !== undefined && most < least
    ? [...errors, invalid(field, most, 'must be greater than or equal to `minReplicas`')]
    : errors;
}

function validateRules(rules: ScalingRules, field: string): FieldError[] {
  const { stabilizationWindowSeconds: seconds, selectPolicy, policies = [], tolerance } = rules;
  const errors: FieldError[] = [];
  const at = `${field}.stabilizationWindowSeconds`;
  if (seconds !== undefined && seconds < 0) errors.push(invalid(at, seconds, 'must be greater than or equal to zero'));
  if (seconds !== undefined && seconds > longest.window) {
    errors.push(invalid(at, seconds, `must be less than or equal to ${longest.window}`));
  }
  if (selectPolicy !== undefined && !selections.includes(selectPolicy)) {
    errors.push(notSupported(`${field}.selectPolicy`, json(selectPolicy), selections));
  }
  if (policies.length === 0) errors.push(required(`${field}.policies`, 'must specify at least one Policy'));
  errors.push(...policies.flatMap((policy, index) => validatePolicy(policy, `${field}.policies[${index}]`)));
  return tolerance !== undefined && (parseQuantity(tolerance) ?? 0n) < 0n
    ? [...errors, invalid(`${field}.tolerance`, tolerance, notNegative)]
    : errors;
}

function validatePolicy({ type = '', value = 0, periodSeconds = 0 }: Policy, field: string): FieldError[] {
  const positive = 'must be greater than zero';
  const errors = policyTypes.includes(type) ? [] : [notSupported(`${field}.type`, json(type), policyTypes)];
  if (value <= 0) errors.push(invalid(`${field}.value`, value, positive));
  if (periodSeconds <= 0) errors.push(invalid(`${field}.periodSeconds`, periodSeconds, positive));
  return periodSeconds > longest.period
    ? [...errors, invalid(`${field}.periodSeconds`, periodSeconds, `must be less than or equal to ${longest.period}`)]
    : errors;
}

export const validateHorizontalPodAutoscalerStatusUpdate = (
  next: HorizontalPodAutoscaler,
  previous: HorizontalPodAutoscaler,
): FieldError[] => [
  ...validateObjectMetaUpdate(next.metadata, previous.metadata),
  ...validateCounts(next.status, 'status', 'currentReplicas', 'desiredReplicas'),
];

/** PodDisruptionBudgets. They check no metadata of their own: the generic rules are all there is. */
import type { FieldError } from '../../api/field-error.ts';
import type { PodDisruptionBudget } from '../../api/workloads.ts';
import { validateAtMostAll, validateCounts, validateIntOrPercent } from '../counts.ts';
import { invalid, json, notSupported } from '../errors.ts';
import { validateLabelSelector } from '../metadata/labels.ts';
import { validateConditions } from '../metadata/conditions.ts';

const evictionPolicies = ['AlwaysAllow', 'IfHealthyBudget'];

export function validatePodDisruptionBudget({ spec = {} }: PodDisruptionBudget): FieldError[] {
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy: policy } = spec;
  const limits = { minAvailable, maxUnavailable };
  return [
    ...(minAvailable !== undefined && maxUnavailable !== undefined
      ? [invalid('spec', json(shown(spec)), 'minAvailable and maxUnavailable cannot be both set')]
      : []),
    ...(['minAvailable', 'maxUnavailable'] as const).flatMap((name) => {
      const limit = limits[name];
      const field = `spec.${name}`;
      return limit === undefined ? [] : [...validateIntOrPercent(limit, field), ...validateAtMostAll(limit, field)];
    }),
    ...validateLabelSelector(selector, 'spec.selector'),
    ...(policy === undefined || evictionPolicies.includes(policy)
      ? []
      : [notSupported('spec.unhealthyPodEvictionPolicy', json(policy), evictionPolicies)]),
  ];
}

/** The internal type's field names. */
const shown = (spec: NonNullable<PodDisruptionBudget['spec']>): object => ({
  MinAvailable: spec.minAvailable ?? null,
  Selector: spec.selector ?? null,
  MaxUnavailable: spec.maxUnavailable ?? null,
  UnhealthyPodEvictionPolicy: spec.unhealthyPodEvictionPolicy ?? null,
});

export function validatePodDisruptionBudgetStatus({ status }: PodDisruptionBudget): FieldError[] {
  return [
    ...validateConditions(status?.conditions ?? [], 'status.conditions'),
    ...validateCounts(status, 'status', 'disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'),
  ];
}

/** Service on update: what may not change (V60–V65), then every rule of create (V20–V59). */
import type { FieldError } from '../../../api/field-error.ts';
import {
  clusterIpsOf,
  isExternalName,
  isHeadless,
  isLoadBalancer,
  needsHealthCheck,
  specOf,
} from '../../../api/service.ts';
import type { Service } from '../../../api/types.ts';
import { currentGates, type ValidationContext } from '../../context.ts';
import { forbidden, invalid, json } from '../../errors.ts';
import { validateObjectMetaUpdate } from '../../metadata/object-meta.ts';
import { validateLoadBalancerClass } from './load-balancer.ts';
import { validateServiceRules } from './service.ts';

const fixed = 'may not change once set';

/** Both objects complete: `next` after carry-over and allocation, `previous` as read. */
export function validateServiceUpdate(
  next: Service,
  previous: Service,
  context: ValidationContext = currentGates,
): FieldError[] {
  return [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateClusterIpsKept(next, previous),
    ...validateFamiliesKept(next, previous),
    ...validateClassKept(next, previous),
    ...validateHealthCheckPortKept(next, previous),
    ...validateServiceRules(next, previous, context),
  ];
}

const mustBeSingle = (next: Service, what: string): FieldError[] =>
  specOf(next).ipFamilyPolicy === 'SingleStack'
    ? []
    : [
        invalid(
          'spec.ipFamilyPolicy',
          json(specOf(next).ipFamilyPolicy),
          `must be set to 'SingleStack' when releasing the secondary ${what}`,
        ),
      ];

/** V60–V62 */
function validateClusterIpsKept(next: Service, previous: Service): FieldError[] {
  if (isExternalName(next) || isExternalName(previous)) return [];
  if (isHeadless(next) && isHeadless(previous)) return [];
  const before = clusterIpsOf(previous);
  const after = clusterIpsOf(next);
  const refuse = (index: number, detail: string): FieldError =>
    invalid(`spec.clusterIPs[${index}]`, json(specOf(next).clusterIPs), detail);
  if (before.length === after.length) {
    return before.flatMap((ip, index) => (ip === after[index] ? [] : [refuse(index, fixed)]));
  }
  const errors: FieldError[] = [];
  if (after.length === 0) errors.push(refuse(0, 'primary clusterIP can not be unset'));
  if (before.length > 0 && after.length > 0 && before[0] !== after[0]) errors.push(refuse(0, fixed));
  if (before.length > after.length && after.length === 1) errors.push(...mustBeSingle(next, 'clusterIP'));
  return errors;
}

/** V63. Q17: some of these show the addresses instead of the families. */
function validateFamiliesKept(next: Service, previous: Service): FieldError[] {
  if (isExternalName(next) || isExternalName(previous) || isHeadless(next) || isHeadless(previous)) return [];
  const before = specOf(previous).ipFamilies ?? [];
  const after = specOf(next).ipFamilies ?? [];
  const refuse = (shown: unknown, detail: string): FieldError => invalid('spec.ipFamilies[0]', json(shown), detail);
  if (before.length === after.length) {
    return before.flatMap((family, index) => (family === after[index] ? [] : [refuse(specOf(next).ipFamilies, fixed)]));
  }
  const errors: FieldError[] = [];
  if (before.length > after.length && clusterIpsOf(next).length === 0) {
    errors.push(refuse(specOf(next).ipFamilies, 'primary ipFamily can not be unset'));
  }
  if (before.length > 0 && after.length > 0 && before[0] !== after[0])
    errors.push(refuse(specOf(next).clusterIPs, fixed));
  if (before.length > after.length && after.length === 1) errors.push(...mustBeSingle(next, 'ipFamily'));
  return errors;
}

/** V64; Q18: the format check runs here as well as among the rules of create. */
function validateClassKept(next: Service, previous: Service): FieldError[] {
  const { loadBalancerClass } = specOf(next);
  const changed =
    isLoadBalancer(next) && isLoadBalancer(previous) && loadBalancerClass !== specOf(previous).loadBalancerClass;
  return [
    ...(changed ? [invalid('spec.loadBalancerClass', json(loadBalancerClass), fixed)] : []),
    ...validateLoadBalancerClass(next),
  ];
}

/** V65 */
function validateHealthCheckPortKept(next: Service, previous: Service): FieldError[] {
  if (!needsHealthCheck(next) || !needsHealthCheck(previous)) return [];
  return (specOf(next).healthCheckNodePort ?? 0) === (specOf(previous).healthCheckNodePort ?? 0)
    ? []
    : [forbidden('spec.healthCheckNodePort', 'field is immutable')];
}

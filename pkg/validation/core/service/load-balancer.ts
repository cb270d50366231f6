/** V50–V54: the fields that belong to type LoadBalancer. */
import type { FieldError } from '../../../api/field-error.ts';
import { isLoadBalancer, specOf } from '../../../api/service.ts';
import type { Service } from '../../../api/types.ts';
import type { ValidationContext } from '../../context.ts';
import { forbidden, invalidEach, required } from '../../errors.ts';
import { legacyCidrErrors } from '../../formats/ips.ts';
import { labelKeyProblems } from '../../formats/labels.ts';
import { trimSpace } from '../../formats/text.ts';
import { valueOf } from '../../metadata/labels.ts';

export const sourceRangesAnnotation = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const onlyLoadBalancer = "may only be used when `type` is 'LoadBalancer'";
/** Q1: upstream writes a capital L here. */
const rangesField = 'spec.LoadBalancerSourceRanges';

export function validateLoadBalancer(
  service: Service,
  previous: Service | undefined,
  context: ValidationContext,
): FieldError[] {
  const { allocateLoadBalancerNodePorts } = specOf(service);
  const errors = validateSourceRanges(service, previous, context);
  if (allocateLoadBalancerNodePorts !== undefined && !isLoadBalancer(service)) {
    errors.push(forbidden('spec.allocateLoadBalancerNodePorts', onlyLoadBalancer));
  }
  // Q2: this path starts at the root. Defaulting makes the case unreachable through the API.
  if (allocateLoadBalancerNodePorts === undefined && isLoadBalancer(service)) {
    errors.push(required('allocateLoadBalancerNodePorts'));
  }
  return [...errors, ...validateLoadBalancerClass(service)];
}

/** V50, and V51 when the field is empty. Entries may be padded with spaces: the annotation they came from allowed it. */
function validateSourceRanges(
  service: Service,
  previous: Service | undefined,
  context: ValidationContext,
): FieldError[] {
  const ranges = specOf(service).loadBalancerSourceRanges ?? [];
  if (ranges.length === 0) return validateSourceRangesAnnotation(service, previous, context);
  const known = (previous?.spec?.loadBalancerSourceRanges ?? []).map(trimSpace);
  return [
    ...(isLoadBalancer(service) ? [] : [forbidden(rangesField, onlyLoadBalancer)]),
    ...ranges.flatMap((range, index) =>
      legacyCidrErrors(`${rangesField}[${index}]`, trimSpace(range), context.strictIps, known),
    ),
  ];
}

function validateSourceRangesAnnotation(
  service: Service,
  previous: Service | undefined,
  context: ValidationContext,
): FieldError[] {
  const value = valueOf(service.metadata.annotations, sourceRangesAnnotation);
  if (value === undefined) return [];
  const field = `metadata.annotations[${sourceRangesAnnotation}]`;
  const errors = isLoadBalancer(service) ? [] : [forbidden(field, onlyLoadBalancer)];
  const before =
    previous === undefined ? undefined : (valueOf(previous.metadata.annotations, sourceRangesAnnotation) ?? '');
  const text = trimSpace(value);
  if (before === value || text === '') return errors;
  for (const range of text.split(',')) {
    errors.push(...legacyCidrErrors(field, trimSpace(range), context.strictIps));
  }
  return errors;
}

/** V54 */
export function validateLoadBalancerClass(service: Service): FieldError[] {
  const { loadBalancerClass } = specOf(service);
  if (loadBalancerClass === undefined) return [];
  return isLoadBalancer(service)
    ? invalidEach('spec.loadBalancerClass', loadBalancerClass, labelKeyProblems(loadBalancerClass))
    : [forbidden('spec.loadBalancerClass', onlyLoadBalancer)];
}

/** V80–V85: a write to `…/status`. `next.spec` is the stored spec by then (P5). */
import type { FieldError } from '../../../api/field-error.ts';
import { isLoadBalancer } from '../../../api/service.ts';
import type { Service } from '../../../api/types.ts';
import { parseIpTolerant } from '../../../ip/index.ts';
import { currentGates, type ValidationContext } from '../../context.ts';
import { forbidden, invalid, invalidEach, json, notSupported, required } from '../../errors.ts';
import { dnsSubdomainProblems } from '../../formats/dns.ts';
import { legacyIpErrors } from '../../formats/ips.ts';
import { validateObjectMetaUpdate } from '../../metadata/object-meta.ts';

type Ingress = NonNullable<NonNullable<NonNullable<Service['status']>['loadBalancer']>['ingress']>[number];

const modes = ['Proxy', 'VIP'];
const ingressField = 'status.loadBalancer.ingress';
const ingressOf = (service: Service): readonly Ingress[] => service.status?.loadBalancer?.ingress ?? [];

export function validateServiceStatusUpdate(
  next: Service,
  previous: Service,
  context: ValidationContext = currentGates,
): FieldError[] {
  return [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateLoadBalancerStatus(next, previous, context),
  ];
}

function validateLoadBalancerStatus(next: Service, previous: Service, context: ValidationContext): FieldError[] {
  const ingress = ingressOf(next);
  if (!isLoadBalancer(next) && ingress.length > 0) {
    return [forbidden(ingressField, "may only be used when `spec.type` is 'LoadBalancer'")];
  }
  const existing = ingressOf(previous).flatMap(({ ip }) => (ip ? [ip] : []));
  return ingress.flatMap((entry, index) => validateEntry(entry, `${ingressField}[${index}]`, existing, context));
}

function validateEntry(
  { ip = '', ipMode, hostname = '' }: Ingress,
  field: string,
  existing: readonly string[],
  context: ValidationContext,
): FieldError[] {
  const errors = ip === '' ? [] : legacyIpErrors(`${field}.ip`, ip, context.strictIps, existing);
  errors.push(...validateMode(ip, ipMode, `${field}.ipMode`));
  if (hostname === '') return errors;
  errors.push(...invalidEach(`${field}.hostname`, hostname, dnsSubdomainProblems(hostname)));
  if (parseIpTolerant(hostname) !== undefined) {
    errors.push(invalid(`${field}.hostname`, hostname, 'must be a DNS name, not an IP address'));
  }
  return errors;
}

/** V82–V84 */
function validateMode(ip: string, mode: string | undefined, field: string): FieldError[] {
  if (mode === undefined) return ip === '' ? [] : [required(field, 'must be specified when `ip` is set')];
  if (ip === '') return [forbidden(field, 'may not be specified when `ip` is not set')];
  return modes.includes(mode) ? [] : [notSupported(field, json(mode), modes)];
}

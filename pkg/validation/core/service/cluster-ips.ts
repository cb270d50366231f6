/** V40–V47: clusterIP, clusterIPs, ipFamilies and ipFamilyPolicy fit together. Allocation runs this on its own first (A4). */
import type { FieldError } from '../../../api/field-error.ts';
import { clusterIpNone, clusterIpsOf, isExternalName, isHeadless, specOf } from '../../../api/service.ts';
import type { Service } from '../../../api/types.ts';
import { parseIpTolerant } from '../../../ip/index.ts';
import type { ValidationContext } from '../../context.ts';
import { duplicate, internal, invalid, json, notSupported, required } from '../../errors.ts';
import { legacyIpErrors } from '../../formats/ips.ts';

const ipsField = 'spec.clusterIPs';
const families = ['IPv4', 'IPv6'];
const policies = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];

/** `previous` exempts addresses it already had (their spelling may predate today's rules). */
export function validateClusterIps(
  service: Service,
  previous: Service | undefined,
  context: ValidationContext,
): FieldError[] {
  if (isExternalName(service)) return [];
  const ips = clusterIpsOf(service);
  const errors = [...singularMatchesPlural(service), ...familiesAndPolicy(service)];
  const faults = eachIp(ips, previous === undefined ? [] : clusterIpsOf(previous), context);
  errors.push(...faults);
  if (ips.length > 2) errors.push(invalid(ipsField, json(ips), 'may only hold up to 2 values'));
  // V45: the checks below would only repeat what is wrong with the address itself.
  if (faults.length > 0) return errors;
  return [...errors, ...oneOfEachFamily(ips), ...ipsMatchFamilies(service)];
}

/** V40, V41 */
function singularMatchesPlural(service: Service): FieldError[] {
  const { clusterIP = '' } = specOf(service);
  const ips = clusterIpsOf(service);
  if (clusterIP === '') {
    return ips.length === 0 ? [] : [invalid(ipsField, json(ips), 'must be empty when `clusterIP` is not specified')];
  }
  if (ips.length === 0) return [required(ipsField)];
  return ips[0] === clusterIP ? [] : [invalid(ipsField, json(ips), 'first value must match `clusterIP`')];
}

/** V42, V43 */
function familiesAndPolicy(service: Service): FieldError[] {
  const { ipFamilies = [], ipFamilyPolicy } = specOf(service);
  const errors = ipFamilies.flatMap((family, index) => {
    const at = `spec.ipFamilies[${index}]`;
    return [
      ...(families.includes(family) ? [] : [notSupported(at, json(family), families)]),
      ...(ipFamilies.indexOf(family) < index ? [duplicate(at, json(family))] : []),
    ];
  });
  if (ipFamilyPolicy !== undefined && !policies.includes(ipFamilyPolicy)) {
    errors.push(notSupported('spec.ipFamilyPolicy', json(ipFamilyPolicy), policies));
  }
  return errors;
}

/** V44, V45 */
function eachIp(ips: readonly string[], existing: readonly string[], context: ValidationContext): FieldError[] {
  return ips.flatMap((ip, index) => {
    if (index > 0 || ip !== clusterIpNone) {
      return legacyIpErrors(`${ipsField}[${index}]`, ip, context.strictIps, existing);
    }
    return ips.length > 1 ? [invalid(ipsField, json(ips), "'None' must be the first and only value")] : [];
  });
}

/**
 * V46. Three addresses of two families count as dual stack; their number is V45's business. Only an entry the old object
 * had already can still be unreadable here.
 */
function oneOfEachFamily(ips: readonly string[]): FieldError[] {
  if (ips.length < 2) return [];
  const families = ips.map((ip) => parseIpTolerant(ip)?.family);
  const unreadable = families.indexOf(undefined);
  const readable = unreadable < 0;
  const detail = `failed to check for dual stack with error:invalid IP[${unreadable}]: ${ips[unreadable]}`;
  const both = readable && families.includes('IPv4') && families.includes('IPv6');
  return [
    ...(readable ? [] : [internal(ipsField, detail)]),
    ...(both ? [] : [invalid(ipsField, json(ips), 'may specify no more than one IP for each IP family')]),
  ];
}

/** V47 */
function ipsMatchFamilies(service: Service): FieldError[] {
  if (isHeadless(service)) return [];
  const { ipFamilies = [] } = specOf(service);
  return clusterIpsOf(service).flatMap((ip, index) => {
    const expected = ipFamilies[index];
    const isIPv6 = parseIpTolerant(ip)?.family === 'IPv6';
    if ((expected !== 'IPv4' || !isIPv6) && (expected !== 'IPv6' || isIPv6)) return [];
    const detail = `expected an ${expected} value as indicated by \`ipFamilies[${index}]\``;
    return [invalid(`${ipsField}[${index}]`, ip, detail)];
  });
}

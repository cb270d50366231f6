/** IP and CIDR fields, old (tolerant) and new (canonical), with their warnings (V91, V92). */
import type { FieldError } from '../../api/field-error.ts';
import {
  formatCidr,
  formatIp,
  isIPv4Mapped,
  isLinkLocalMulticast,
  isLinkLocalUnicast,
  isLoopback,
  isUnspecified,
  maskPrefix,
  parseIp,
  parseIpTolerant,
  parsePrefix,
  parsePrefixTolerant,
  sameIp,
} from '../../ip/index.ts';
import { invalid } from '../errors.ts';
import { goQuote } from '../../api/schema/go-quote.ts';

const badIp = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const badCidr = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

/** {M7} and the strict rules. A value the old object already had is never judged again. */
export function legacyIpErrors(
  field: string,
  value: string,
  strict: boolean,
  existing: readonly string[] = [],
): FieldError[] {
  if (existing.includes(value)) return [];
  if (parseIpTolerant(value) === undefined) return [invalid(field, value, badIp)];
  if (!strict) return [];
  const exact = parseIp(value);
  if (exact === undefined) return [invalid(field, value, 'must not have leading 0s')];
  return exact.family === 'IPv6' && isIPv4Mapped(exact.value)
    ? [invalid(field, value, 'must not be an IPv4-mapped IPv6 address')]
    : [];
}

/** New fields and IPAddress names: the canonical text and nothing else. */
export function strictIpErrors(field: string, value: string): FieldError[] {
  const errors = legacyIpErrors(field, value, true);
  if (errors.length > 0) return errors;
  const ip = parseIpTolerant(value);
  const canonical = ip === undefined ? value : formatIp(ip);
  return canonical === value ? [] : [invalid(field, value, `must be in canonical form (${goQuote(canonical)})`)];
}

/** {M8} and the first strict rule that applies. */
export function legacyCidrErrors(
  field: string,
  value: string,
  strict: boolean,
  existing: readonly string[] = [],
): FieldError[] {
  if (existing.includes(value)) return [];
  if (parsePrefixTolerant(value) === undefined) return [invalid(field, value, badCidr)];
  if (!strict) return [];
  const exact = parsePrefix(value);
  if (exact === undefined) return [invalid(field, value, 'must not have leading 0s in IP or prefix length')];
  if (exact.address.family === 'IPv6' && isIPv4Mapped(exact.address.value)) {
    return [invalid(field, value, 'must not have an IPv4-mapped IPv6 address')];
  }
  return sameIp(exact.address, maskPrefix(exact).network)
    ? []
    : [invalid(field, value, 'must not have bits set beyond the prefix length')];
}

/** O41: a canonical network. */
export function strictCidrErrors(field: string, value: string): FieldError[] {
  const errors = legacyCidrErrors(field, value, true);
  if (errors.length > 0) return errors;
  const prefix = parsePrefixTolerant(value);
  const canonical = prefix === undefined ? value : formatCidr(prefix.network);
  return canonical === value ? [] : [invalid(field, value, `must be in canonical form (${goQuote(canonical)})`)];
}

/** The endpoint-IP rule: addresses traffic cannot be sent to. Other multicast passes. */
export function endpointIpErrors(field: string, value: string): FieldError[] {
  const ip = parseIpTolerant(value);
  if (ip === undefined) return [invalid(field, value, 'must be a valid IP address')];
  const faults: [boolean, string][] = [
    [isUnspecified(ip), `may not be unspecified (${value})`],
    [isLoopback(ip), 'may not be in the loopback range (127.0.0.0/8, ::1/128)'],
    [isLinkLocalUnicast(ip), 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'],
    // Q19: the text says /10, the check is /16.
    [isLinkLocalMulticast(ip), 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'],
  ];
  return faults.filter(([applies]) => applies).map(([, text]) => invalid(field, value, text));
}

/** V91: what a tolerated spelling should have been. */
export function ipWarnings(field: string, value: string): string[] {
  const ip = parseIpTolerant(value);
  if (ip === undefined) return [];
  const exact = parseIp(value);
  if (exact === undefined || (exact.family === 'IPv6' && isIPv4Mapped(exact.value))) {
    return [`${field}: non-standard IP address ${goQuote(value)} is invalid: use ${goQuote(formatIp(ip))}`];
  }
  const canonical = formatIp(exact);
  return exact.family === 'IPv6' && canonical !== value
    ? [`${field}: IPv6 address ${goQuote(value)} should be in RFC 5952 canonical format (${goQuote(canonical)})`]
    : [];
}

/** V92 */
export function cidrWarnings(field: string, value: string): string[] {
  const read = parsePrefixTolerant(value);
  if (read === undefined) return [];
  const network = formatCidr(read.network);
  const warnings: string[] = [];
  if (!sameIp(read.address, read.network.network)) {
    const single = `${formatIp(read.address)}/${read.width}`;
    warnings.push(
      `${field}: CIDR value ${goQuote(value)} is ambiguous in this context (should be ${goQuote(network)} or ${goQuote(single)}?)`,
    );
  }
  const exact = parsePrefix(value);
  if (exact === undefined || (exact.address.family === 'IPv6' && isIPv4Mapped(exact.address.value))) {
    warnings.push(`${field}: non-standard CIDR value ${goQuote(value)} is invalid: use ${goQuote(network)}`);
  } else if (warnings.length === 0 && exact.address.family === 'IPv6') {
    const canonical = `${formatIp(exact.address)}/${exact.bits}`;
    if (canonical !== value) {
      warnings.push(
        `${field}: IPv6 CIDR value ${goQuote(value)} should be in RFC 5952 canonical format (${goQuote(canonical)})`,
      );
    }
  }
  return warnings;
}

/**
 * Addresses as the endpoint controllers read them: with upstream's tolerant parser, which takes leading zeros in IPv4
 * for decimal and counts an IPv4-mapped IPv6 address as IPv4 (C8), and as they write them: in canonical form (C9).
 */
import type { IpFamily } from '../ip/index.ts';
import { formatIp, parseIpTolerant } from '../ip/index.ts';

export interface Address {
  readonly family: IpFamily;
  /** Canonical: no leading zeros; IPv6 in lower case and compressed. */
  readonly text: string;
}

/** Undefined when the text is no IP address. */
export function parseAddress(text: string): Address | undefined {
  const ip = parseIpTolerant(text);
  return ip === undefined ? undefined : { family: ip.family, text: formatIp(ip) };
}

/** Which of this node's addresses accept node ports (G50–G53). */
import { cidrContains, parseAddress, parseCidr, type Address, type Cidr, type Family } from './address.ts';

export type NodePortAddresses = { readonly kind: 'all' } | { readonly kind: 'some'; readonly ips: readonly string[] };

export interface NodeAddresses {
  /** The node's own address in this family, if it has one. */
  readonly primary?: string;
  /** Addresses of all interfaces, either family. */
  readonly interfaces: readonly string[];
}

/**
 * `wanted` are CIDRs or the word `primary`. None of this family: all addresses, whatever the other family has (G50,
 * S60). A range of prefix 0 in either family: all as well.
 */
export function selectNodePortAddresses(
  wanted: readonly string[],
  family: Family,
  { primary, interfaces }: NodeAddresses,
): NodePortAddresses {
  const ranges = wanted.flatMap((text) => rangesOf(text, primary));
  const ours = ranges.filter((range) => range.family === family);
  if (ours.length === 0 || ranges.some(({ prefix }) => prefix === 0)) return { kind: 'all' };
  const candidates = [...interfaces, primary ?? ''].flatMap((text): Address[] => {
    const address = parseAddress(text);
    return address === undefined ? [] : [address];
  });
  const selected = candidates.filter((address) => ours.some((range) => cidrContains(range, address)));
  return { kind: 'some', ips: [...new Set(selected.map(({ text }) => text))] };
}

function rangesOf(text: string, primary: string | undefined): Cidr[] {
  const cidr = text === 'primary' ? single(primary) : parseCidr(text);
  return cidr === undefined ? [] : [cidr];
}

function single(ip: string | undefined): Cidr | undefined {
  return ip === undefined ? undefined : parseCidr(`${ip}/${ip.includes(':') ? 128 : 32}`);
}

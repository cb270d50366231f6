import type { DetectLocal, Family } from '../../model/index.ts';
import type { NftablesOptions } from './options.ts';

/** The words of one family, and marks, worked out once. */
export interface Context {
  readonly options: NftablesOptions;
  /** `ip` or `ip6`: the table's family and the name of header fields. */
  readonly ip: 'ip' | 'ip6';
  readonly addressType: 'ipv4_addr' | 'ipv6_addr';
  /** Matches everything but loopback destinations. */
  readonly notLoopback: string;
  readonly mark: string;
  /** Matches pods of this node, and everybody else; empty when they cannot be told (G46). */
  readonly isPod: string;
  readonly isNotPod: string;
}

export function contextOf(family: Family, options: NftablesOptions): Context {
  const ip = family === 'IPv4' ? 'ip' : 'ip6';
  return {
    options,
    ip,
    addressType: family === 'IPv4' ? 'ipv4_addr' : 'ipv6_addr',
    notLoopback: family === 'IPv4' ? 'ip daddr != 127.0.0.0/8' : 'ip6 daddr != ::1',
    mark: `0x${(2 ** (options.masqueradeBit ?? 14)).toString(16).padStart(8, '0')}`,
    isPod: podMatch(ip, options.detectLocal, ''),
    isNotPod: podMatch(ip, options.detectLocal, '!= '),
  };
}

/** G48, G49: by name, so that rules load while the interface is missing. */
function podMatch(ip: string, detect: DetectLocal = { by: 'none' }, not: '' | '!= '): string {
  switch (detect.by) {
    case 'none':
      return '';
    case 'cidr':
      return `${ip} saddr ${not}${detect.cidr.text}`;
    case 'interface':
      return `iifname ${not}"${detect.name}"`;
    case 'interface-prefix':
      return `iifname ${not}"${detect.prefix}*"`;
  }
}

import type { DetectLocal, NodePortAddresses } from '../../model/index.ts';

export interface IptablesOptions {
  /** Masquerade all traffic to cluster IPs. Default false. */
  readonly masqueradeAll?: boolean;
  /** Which bit of the packet mark means "masquerade me" (I3). Default 14. */
  readonly masqueradeBit?: number;
  /** Default none. */
  readonly detectLocal?: DetectLocal;
  /** Node ports on 127.0.0.1, IPv4 only (I70). Default true. */
  readonly localhostNodePorts?: boolean;
  /** Default all. */
  readonly nodePortAddresses?: NodePortAddresses;
  /** This node's address, to see whether a source range contains the node itself (I48). */
  readonly nodeIP?: string;
  /** iptables ≥ 1.6.2 (I17). Default true. */
  readonly randomFully?: boolean;
  /** `nf_conntrack_tcp_be_liberal` was set at start: keep packets of invalid state (I55). Default false. */
  readonly conntrackLiberal?: boolean;
  /** Accounting objects that exist, so that rules may count into them (I27, I55, K30). Default neither. */
  readonly counters?: { readonly invalidDropped?: boolean; readonly localhostAccepted?: boolean };
}

/** I3: `0x` and eight hex digits. */
export function masqueradeMark({ masqueradeBit = 14 }: Pick<IptablesOptions, 'masqueradeBit'>): string {
  return `0x${(2 ** masqueradeBit).toString(16).padStart(8, '0')}`;
}

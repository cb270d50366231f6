import type { DetectLocal, NodePortAddresses } from '../../model/index.ts';

export interface IpvsOptions {
  /** The kernel scheduler of every virtual server (section 13). Default `rr`. */
  readonly scheduler?: string;
  /** Addresses of all interfaces but kube-ipvs0, this family: node ports live there, and they are never bound (V10). */
  readonly nodeAddresses: readonly string[];
  /** Default all. */
  readonly nodePortAddresses?: NodePortAddresses;
  /** This node's address, to see whether a source range contains the node itself (V38). */
  readonly nodeIP?: string;
  readonly masqueradeAll?: boolean;
  /** Default 14. */
  readonly masqueradeBit?: number;
  /** Default none. */
  readonly detectLocal?: DetectLocal;
  /** iptables ≥ 1.6.2. Default true. */
  readonly randomFully?: boolean;
}

/** The device that carries virtual addresses, never brought up (V10). */
export const dummyDevice = 'kube-ipvs0';

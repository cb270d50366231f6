import type { Cidr, DetectLocal, NodePortAddresses } from '../../model/index.ts';

/**
 * How a service port becomes rules. `flat`: elements of a few maps, no chain of its own unless it has session affinity
 * (flat.ts). `maps`: one rule per list that translates straight from a map, chains for endpoints only where affinity
 * needs them; hairpins in one set: what kube-proxy writes since 1.34 or so. `chains`: a chain for every endpoint, marks
 * set by a chain of their own (section 5): longer, but each endpoint can be counted and traced.
 */
export const layoutNames = ['flat', 'maps', 'chains'] as const;

export type LayoutName = (typeof layoutNames)[number];

export interface NftablesOptions {
  /** Default `flat`. */
  readonly layout?: LayoutName;
  /** Masquerade all traffic to cluster IPs. Default false. */
  readonly masqueradeAll?: boolean;
  /** Default 14. */
  readonly masqueradeBit?: number;
  /** Default none. */
  readonly detectLocal?: DetectLocal;
  /** Default all; the process default is the primary address (G51). */
  readonly nodePortAddresses?: NodePortAddresses;
  /** This node's address, to see whether a source range contains the node itself (N34). */
  readonly nodeIP?: string;
  /** Ranges of this family that cluster IPs are allocated from: what is not allocated is dropped (N31). Default none. */
  readonly serviceCIDRs?: readonly Cidr[];
}

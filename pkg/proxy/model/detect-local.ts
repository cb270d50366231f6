import type { Cidr } from './address.ts';

/**
 * How a packet is known to come from a pod of this node (G45–G49). `none`: it cannot be known, so no rule that depends
 * on it exists. Interfaces do not help for what the node itself sends.
 */
export type DetectLocal =
  | { readonly by: 'none' }
  | { readonly by: 'cidr'; readonly cidr: Cidr }
  | { readonly by: 'interface'; readonly name: string }
  | { readonly by: 'interface-prefix'; readonly prefix: string };

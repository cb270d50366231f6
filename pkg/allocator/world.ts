/** What an allocation decision may see. All of it is read; what changes comes back as claims. */
import type { ServiceCIDR } from '../api/types.ts';
import type { Ip, IpFamily } from '../ip/index.ts';
import type { Random } from './band.ts';
import type { NodePortPool } from './node-port-pool.ts';

/** Which addresses are in use, across every ServiceCIDR (A35). */
export interface AddressView {
  isTaken(ip: Ip): boolean;
  /**
   * Lowest address number from `from` to `to` that may be handed out. `desperate` admits addresses that rest in
   * quarantine after their release.
   */
  nextFree(family: IpFamily, from: bigint, to: bigint, desperate: boolean): bigint | undefined;
  /** Addresses in quarantine that this Service (`namespace/name`) had before. */
  lastHeldBy(family: IpFamily, owner: string): readonly bigint[];
}

/** Which node ports are in use, whatever the protocol (A64). */
export interface PortView {
  isTaken(port: number): boolean;
  nextFree(from: number, to: number, desperate: boolean): number | undefined;
}

export interface AllocationWorld {
  /** Families with a service range in the server's configuration, primary first. */
  readonly families: readonly IpFamily[];
  /** Every ServiceCIDR object, ready or not. */
  readonly cidrs: readonly ServiceCIDR[];
  readonly addresses: AddressView;
  readonly ports: PortView;
  readonly nodePorts: NodePortPool;
  readonly random: Random;
}

/** Something to take before the write or to give back after it (A50). */
export type Claim =
  | { readonly kind: 'clusterIP'; readonly ip: Ip; readonly how: How }
  | { readonly kind: 'nodePort' | 'healthCheckNodePort'; readonly port: number; readonly how: How };

/** Asked for by the client, or chosen here. A dynamic claim that loses a race is planned again (A31). */
export type How = 'static' | 'dynamic';

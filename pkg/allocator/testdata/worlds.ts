/** Worlds and Services for the tests of this folder. */
import type { Service, ServiceCIDR, ServicePort } from '../../api/types.ts';
import { defaultService } from '../../defaulting/service.ts';
import { completePlural } from '../../defaulting/service-read.ts';
import type { IpFamily, PortRange } from '../../ip/index.ts';
import { NodePortIndex } from '../node-port-index.ts';
import { nodePortPool } from '../node-port-pool.ts';
import { ServiceIpIndex } from '../service-ip-index.ts';
import type { AllocationWorld } from '../world.ts';

type Spec = NonNullable<Service['spec']>;

/** Defaulted, in namespace `n`, with one port 80 unless told otherwise. */
export function service(spec: Partial<Spec> = {}, name = 'web'): Service {
  return completePlural(
    defaultService({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'n' },
      spec: { selector: { app: 'a' }, ports: [{ port: 80 }], ...spec },
    }),
  );
}

export const port = (number: number, more: Partial<ServicePort> = {}): ServicePort => ({
  name: `p${number}${(more.protocol ?? 'TCP').toLowerCase()}`,
  port: number,
  ...more,
});

export const serviceCidr = (name: string, ...cidrs: string[]): ServiceCIDR => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'ServiceCIDR',
  metadata: { name },
  spec: { cidrs },
});

/** A repeatable source of numbers in [0, 1). */
export function randomFrom(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

export interface WorldOptions {
  readonly cidrs?: readonly ServiceCIDR[];
  readonly families?: readonly IpFamily[];
  readonly nodePorts?: readonly PortRange[];
  readonly reserved?: readonly PortRange[];
  readonly quarantineMs?: number;
  readonly seed?: number;
}

export interface TestWorld extends AllocationWorld {
  readonly addresses: ServiceIpIndex;
  readonly ports: NodePortIndex;
}

/** Single-stack 10.96.0.0/24 and 100 node ports unless told otherwise. */
export function world(options: WorldOptions = {}): TestWorld {
  const { quarantineMs = 0, seed = 1 } = options;
  return {
    families: options.families ?? ['IPv4'],
    cidrs: options.cidrs ?? [serviceCidr('kubernetes', '10.96.0.0/24')],
    addresses: new ServiceIpIndex({ quarantineMs }),
    ports: new NodePortIndex({ quarantineMs }),
    nodePorts: nodePortPool(options.nodePorts ?? [{ first: 30_000, last: 30_099 }], options.reserved),
    random: randomFrom(seed),
  };
}

export const dualStack: WorldOptions = {
  cidrs: [serviceCidr('kubernetes', '10.96.0.0/24', 'fd00::/112')],
  families: ['IPv4', 'IPv6'],
};

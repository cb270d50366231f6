/** Virtual servers: one for each address and port that something answers to (V11–V13). */
import {
  compareText,
  joinHostPort,
  type Destination,
  type Endpoint,
  type NodeModel,
  type PortPlan,
  type Protocol,
} from '../../model/index.ts';
import type { IpvsOptions } from './options.ts';

export interface VirtualServer {
  readonly protocol: Protocol;
  /** `IP:port`. */
  readonly address: string;
  readonly scheduler: string;
  /** 0: connections are not persistent. */
  readonly persistenceSeconds: number;
  /** Hash the source port as well: only with scheduler `mh` (V12). */
  readonly hashesPort: boolean;
  /** `IP:port` of each real server, sorted; all by NAT with weight 1. */
  readonly realServers: readonly string[];
}

export function renderServers(model: NodeModel, options: IpvsOptions, nodeIPs: readonly string[]): VirtualServer[] {
  const { scheduler = 'rr' } = options;
  return model.ports.flatMap((plan) =>
    plan.destinations.flatMap((destination) =>
      addressesOf(destination, nodeIPs).map((ip) => ({
        protocol: plan.service.protocol,
        address: joinHostPort(ip, destination.port),
        scheduler,
        persistenceSeconds: plan.service.affinitySeconds,
        hashesPort: scheduler === 'mh',
        realServers: endpointsFor(plan, destination)
          .map(({ text }) => text)
          .sort(compareText),
      })),
    ),
  );
}

/** Identity of a virtual server. */
export const serverKey = ({ protocol, address }: Pick<VirtualServer, 'protocol' | 'address'>): string =>
  `${protocol} ${address}`;

const addressesOf = ({ kind, ip }: Destination, nodeIPs: readonly string[]): readonly string[] =>
  kind === 'node-port' ? nodeIPs : [ip];

/**
 * V41: a policy Local that leaves nobody here falls back on the cluster list, so that this node's pods keep working;
 * whoever comes from outside is routed, but the reply does not find back.
 */
function endpointsFor(plan: PortPlan, { kind }: Destination): readonly Endpoint[] {
  const policyLocal = kind === 'cluster-ip' ? plan.service.internalLocal : plan.service.externalLocal;
  return policyLocal && plan.local.length > 0 ? plan.local : plan.cluster;
}

/**
 * How the kernel sends virtual addresses to the relay (7.1): a rule for traffic that comes in, one for what the node itself
 * sends, each to the port where the relay listens for this destination.
 */
import { comment, type Jump } from '../../iptables/render/index.ts';
import type { Destination, Protocol } from '../../model/index.ts';

/** A destination and the port of the host that stands for it. */
export interface Portal {
  /** `ns/name:port`. */
  readonly text: string;
  readonly protocol: Protocol;
  readonly destination: Destination;
  readonly proxyPort: number;
}

export interface PortalRule {
  readonly table: 'nat' | 'filter';
  readonly chain: string;
  readonly rule: string;
}

export interface PortalJump extends Jump {
  readonly position: 'first' | 'last';
}

export const portalChains: readonly { readonly table: 'nat' | 'filter'; readonly chain: string }[] = [
  { table: 'nat', chain: 'KUBE-PORTALS-CONTAINER' },
  { table: 'nat', chain: 'KUBE-PORTALS-HOST' },
  { table: 'nat', chain: 'KUBE-NODEPORT-CONTAINER' },
  { table: 'nat', chain: 'KUBE-NODEPORT-HOST' },
  { table: 'filter', chain: 'KUBE-NODEPORT-NON-LOCAL' },
];

const clusterIPs = comment('handle ClusterIPs; NOTE: this must be before the NodePort rules');
const nodePorts = comment('handle service NodePorts; NOTE: this must be the last rule in the chain');
const toLocal = '-m addrtype --dst-type LOCAL';

/** U4. */
export const portalJumps: readonly PortalJump[] = [
  jump('nat', 'PREROUTING', 'KUBE-PORTALS-CONTAINER', 'first', clusterIPs),
  jump('nat', 'OUTPUT', 'KUBE-PORTALS-HOST', 'first', clusterIPs),
  jump('nat', 'PREROUTING', 'KUBE-NODEPORT-CONTAINER', 'last', `${toLocal} ${nodePorts}`),
  jump('nat', 'OUTPUT', 'KUBE-NODEPORT-HOST', 'last', `${toLocal} ${nodePorts}`),
  jump(
    'filter',
    'INPUT',
    'KUBE-NODEPORT-NON-LOCAL',
    'first',
    comment('Ensure that non-local NodePort traffic can flow'),
  ),
];

/**
 * U5–U7. The relay listens on the host's own address, and both kinds of rule translate to it: a reply to a datagram leaves
 * from the address it was sent to, which REDIRECT would not ensure (U28).
 */
export function renderPortal({ text, protocol, destination, proxyPort }: Portal, hostIP: string): PortalRule[] {
  const { kind, ip, port } = destination;
  const proto = protocol.toLowerCase();
  const match = `${comment(text)} -p ${proto} -m ${proto} --dport ${port}`;
  const at = hostIP.includes(':') ? `[${hostIP}]` : hostIP;
  const target = `-j DNAT --to-destination ${at}:${proxyPort}`;
  const nat = (chain: string, ...parts: readonly string[]): PortalRule => ({
    table: 'nat',
    chain,
    rule: [match, ...parts, target].join(' '),
  });
  switch (kind) {
    case 'cluster-ip':
    case 'load-balancer':
      return [nat('KUBE-PORTALS-CONTAINER', `-d ${ip}`), nat('KUBE-PORTALS-HOST', `-d ${ip}`)];
    case 'external-ip':
      return [
        nat('KUBE-PORTALS-CONTAINER', `-d ${ip}`, '-m physdev ! --physdev-is-in'),
        nat('KUBE-PORTALS-CONTAINER', `-d ${ip}`, toLocal),
        nat('KUBE-PORTALS-HOST', `-d ${ip}`, toLocal),
      ];
    case 'node-port':
      return [
        nat('KUBE-NODEPORT-CONTAINER'),
        nat('KUBE-NODEPORT-HOST'),
        {
          table: 'filter',
          chain: 'KUBE-NODEPORT-NON-LOCAL',
          rule: `${comment(text)} -p ${proto} -m ${proto} --dport ${proxyPort} -m state --state NEW -j ACCEPT`,
        },
      ];
  }
}

function jump(
  table: 'nat' | 'filter',
  from: string,
  to: string,
  position: PortalJump['position'],
  match: string,
): PortalJump {
  return { table, from, to, position, rule: `${match} -j ${to}` };
}

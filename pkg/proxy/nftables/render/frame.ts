/** What the table holds whatever Services exist (5.2, 5.3). */
import { isLoopback, parseAddress } from '../../model/index.ts';
import type { Context } from './context.ts';
import { flatContainers } from './flat.ts';
import { layoutOf } from './layout.ts';
import { annotated, type BaseChain, type Chain, type Container, type Element } from './ruleset.ts';

export interface Frame {
  readonly baseChains: readonly (BaseChain & { readonly rules: readonly string[] })[];
  readonly containers: readonly Container[];
  /** In an order in which nothing is mentioned before it exists. */
  readonly chains: readonly Chain[];
  /** Of containers that no Service writes to. */
  readonly elements: readonly Element[];
}

export function renderFrame(context: Context): Frame {
  const { ip, addressType, options } = context;
  const layout = layoutOf(context);
  const toService = `${ip} daddr . meta l4proto . th dport vmap`;
  const toNodePort = nodePortMatch(context);
  const selected = options.nodePortAddresses?.kind === 'some' ? options.nodePortAddresses.ips : [];
  const onlySelected = options.nodePortAddresses?.kind === 'some';
  const perService = `${addressType} . inet_proto . inet_service : verdict`;
  const perNodePort = 'inet_proto . inet_service : verdict';
  return {
    baseChains,
    containers: [
      ...(layout.usesHairpinSet
        ? [
            set(
              'hairpin-connections',
              `${addressType} . ${addressType} . inet_proto . inet_service`,
              'service hairpin connections',
            ),
          ]
        : []),
      ...(layout.isFlat ? flatContainers(context) : []),
      set('cluster-ips', addressType, 'Active ClusterIPs'),
      ...(onlySelected ? [set('nodeport-ips', addressType, 'IPs that accept NodePort traffic')] : []),
      map('no-endpoint-services', perService, 'vmap to drop or reject packets to services with no endpoints'),
      map(
        'no-endpoint-nodeports',
        perNodePort,
        'vmap to drop or reject packets to service nodeports with no endpoints',
      ),
      map('firewall-ips', perService, 'destinations that are subject to LoadBalancerSourceRanges'),
      map('service-ips', perService, 'ClusterIP, ExternalIP and LoadBalancer IP traffic'),
      map('service-nodeports', perNodePort, 'NodePort traffic'),
    ],
    chains: [
      ...layout.extraChains(context),
      { name: 'nodeport-endpoints-check', rules: [`${toNodePort.check} vmap @no-endpoint-nodeports`] },
      { name: 'service-endpoints-check', rules: [`${toService} @no-endpoint-services`] },
      { name: 'firewall-check', rules: [`${toService} @firewall-ips`] },
      {
        name: 'services',
        rules: [
          ...layout.servicesFirst(context),
          `${toService} @service-ips`,
          `${toNodePort.dispatch} vmap @service-nodeports`,
        ],
      },
      { name: 'masquerading', rules: layout.masqueradingRules(context) },
      { name: 'cluster-ips-check', rules: clusterIPsCheck(context) },
      // N29: `reject` is no verdict, so a map cannot hold it.
      { name: 'reject-chain', comment: 'helper for @no-endpoint-services / @no-endpoint-nodeports', rules: ['reject'] },
    ],
    elements: selected.filter((each) => !isLoopbackText(each)).map((key) => ({ container: 'nodeport-ips', key })),
  };
}

/** N10–N17. */
const baseChains: Frame['baseChains'] = [
  base('filter-prerouting-pre-dnat', 'filter', 'prerouting', -110, ['ct state new jump firewall-check']),
  base('filter-output-pre-dnat', 'filter', 'output', -110, ['ct state new jump firewall-check']),
  base('filter-input', 'filter', 'input', 0, [
    'ct state new jump nodeport-endpoints-check',
    'ct state new jump service-endpoints-check',
  ]),
  base('filter-forward', 'filter', 'forward', 0, [
    'ct state new jump service-endpoints-check',
    'ct state new jump cluster-ips-check',
  ]),
  base('filter-output', 'filter', 'output', 0, [
    'ct state new jump service-endpoints-check',
    'ct state new jump cluster-ips-check',
  ]),
  base('nat-prerouting', 'nat', 'prerouting', -100, ['jump services']),
  base('nat-output', 'nat', 'output', -100, ['jump services']),
  base('nat-postrouting', 'nat', 'postrouting', 100, ['jump masquerading']),
];

/** N27, N28: the check runs where the destination is known to be local, so it asks only to be spared loopback. */
function nodePortMatch({ ip, notLoopback, options }: Context): { dispatch: string; check: string } {
  const port = 'meta l4proto . th dport';
  if (options.nodePortAddresses?.kind === 'some') {
    const selected = `${ip} daddr @nodeport-ips ${port}`;
    return { dispatch: selected, check: selected };
  }
  return { dispatch: `fib daddr type local ${notLoopback} ${port}`, check: `${notLoopback} ${port}` };
}

/** N31. */
function clusterIPsCheck({ ip, options }: Context): string[] {
  const ranges = options.serviceCIDRs ?? [];
  const undefinedPort = annotated(`${ip} daddr @cluster-ips reject`, 'Reject traffic to invalid ports of ClusterIPs');
  if (ranges.length === 0) return [undefinedPort];
  const unallocated = `${ip} daddr { ${ranges.map(({ text }) => text).join(', ')} } drop`;
  return [undefinedPort, annotated(unallocated, 'Drop traffic to unallocated ClusterIPs')];
}

function base(
  name: string,
  type: BaseChain['type'],
  hook: BaseChain['hook'],
  priority: number,
  rules: readonly string[],
): Frame['baseChains'][number] {
  return { name, type, hook, priority, rules };
}

const set = (name: string, type: string, comment: string): Container => ({ kind: 'set', name, type, comment });

const map = (name: string, type: string, comment: string): Container => ({ kind: 'map', name, type, comment });

/** G52, N46: node ports on loopback are not done by translation here. */
function isLoopbackText(ip: string): boolean {
  const address = parseAddress(ip);
  return address !== undefined && isLoopback(address);
}

/** Where the layouts differ (see LayoutName); everything else is shared. */
import type { Endpoint, PortPlan } from '../../model/index.ts';
import type { Context } from './context.ts';
import { endpointNames } from './names.ts';
import { flatFirewallChain } from './flat.ts';
import { annotated, rule, type Chain } from './ruleset.ts';

export interface Layout {
  /** What a rule does to have a packet masqueraded. */
  masquerade(context: Context): string;
  masqueradingRules(context: Context): string[];
  /** Chains of the frame besides the shared ones. */
  extraChains(context: Context): Chain[];
  /** What stands before dispatch in the `services` chain. */
  servicesFirst(context: Context): string[];
  /** What stands first in the chain that a cluster IP leads to. */
  internalFirst(plan: PortPlan, context: Context): string[];
  /** How the chain of a list reaches the endpoints. */
  balance(plan: PortPlan, list: readonly Endpoint[], context: Context): string[];
  /** The chain of an endpoint; undefined where none is needed. */
  endpointChain(plan: PortPlan, endpoint: Endpoint, context: Context): Chain | undefined;
  readonly usesHairpinSet: boolean;
  /** Ports without affinity have no chains of their own (flat.ts). */
  readonly isFlat: boolean;
}

/** N33, N36: comments only where 1.36 has them. */
export function layoutOf({ options }: Context): Layout {
  return { flat, maps, chains }[options.layout ?? 'flat'];
}

const maps: Layout = {
  usesHairpinSet: true,
  isFlat: false,
  masquerade: ({ mark }) => `mark set mark or ${mark}`,
  extraChains: () => [],
  masqueradingRules: ({ ip, mark }) => [
    `mark and ${mark} != 0 mark set mark xor ${mark} masquerade fully-random`,
    `ct status dnat ${ip} saddr . ${ip} daddr . meta l4proto . th dport @hairpin-connections masquerade fully-random`,
  ],
  servicesFirst: ({ ip, mark, options, isNotPod }) => {
    const toClusterIP = `${ip} daddr @cluster-ips`;
    const act = `mark set mark or ${mark}`;
    if (options.masqueradeAll === true) return [annotated(`${toClusterIP} ${act}`, 'masquerade all clusterIP traffic')];
    if (isNotPod === '') return [];
    return [annotated(`${toClusterIP} ${isNotPod} ${act}`, 'masquerade clusterIP traffic from outside cluster')];
  },
  internalFirst: () => [],
  balance: (plan, list, context) => {
    if (plan.service.affinitySeconds > 0) return [...pinned(plan, list, context), spreadOverChains(plan, list)];
    const targets = list.map(({ ip, port }, index) => `${index} : ${ip} . ${port}`).join(' , ');
    const choose = `numgen random mod ${list.length} map { ${targets} }`;
    return [`meta l4proto ${protocolOf(plan)} dnat ${context.ip} addr . port to ${choose}`];
  },
  endpointChain: (plan, endpoint, context) => {
    if (plan.service.affinitySeconds === 0) return undefined;
    const { chain } = endpointNames(plan.service, endpoint);
    return { name: chain, rules: [remember(plan, endpoint, context), translate(plan, endpoint)] };
  },
};

/** Of ports with affinity: as in `maps`, except that who is masqueraded is said in the chain a cluster IP leads to. */
const flat: Layout = {
  ...maps,
  isFlat: true,
  extraChains: (context) => [flatFirewallChain(context)],
  servicesFirst: () => [],
  internalFirst: (plan, context) => markClusterIP(plan, context, `mark set mark or ${context.mark}`),
};

const chains: Layout = {
  usesHairpinSet: false,
  isFlat: false,
  masquerade: () => 'jump mark-for-masquerade',
  extraChains: ({ mark }) => [{ name: 'mark-for-masquerade', rules: [`mark set mark or ${mark}`] }],
  masqueradingRules: ({ mark }) => [
    `mark and ${mark} == 0 return`,
    `mark set mark xor ${mark}`,
    'masquerade fully-random',
  ],
  servicesFirst: () => [],
  internalFirst: (plan, context) => markClusterIP(plan, context, 'jump mark-for-masquerade'),
  balance: (plan, list, context) => [...pinned(plan, list, context), spreadOverChains(plan, list)],
  endpointChain: (plan, endpoint, context) => {
    const hairpin = `${context.ip} saddr ${endpoint.ip} jump mark-for-masquerade`;
    const pin = plan.service.affinitySeconds > 0 ? [remember(plan, endpoint, context)] : [];
    return {
      name: endpointNames(plan.service, endpoint).chain,
      rules: [hairpin, ...pin, translate(plan, endpoint)],
    };
  },
};

/** N33, G36: whoever is not a pod, or everybody. */
function markClusterIP({ service }: PortPlan, { ip, options, isNotPod }: Context, act: string): string[] {
  if (options.masqueradeAll !== true && isNotPod === '') return [];
  const who = options.masqueradeAll === true ? '' : isNotPod;
  const what = `${ip} daddr ${service.clusterIP} ${service.protocol.toLowerCase()} dport ${service.port}`;
  return [rule(what, who, act)];
}

/** N35: known clients first. */
function pinned({ service }: PortPlan, list: readonly Endpoint[], { ip }: Context): string[] {
  if (service.affinitySeconds === 0) return [];
  return list.map((endpoint) => {
    const { chain, set } = endpointNames(service, endpoint);
    return `${ip} saddr @${set} goto ${chain}`;
  });
}

/** N35: one rule for any number of endpoints, even one (S30). */
function spreadOverChains({ service }: PortPlan, list: readonly Endpoint[]): string {
  const targets = list.map((endpoint, index) => `${index} : goto ${endpointNames(service, endpoint).chain}`);
  return `numgen random mod ${list.length} vmap { ${targets.join(' , ')} }`;
}

const remember = ({ service }: PortPlan, endpoint: Endpoint, { ip }: Context): string =>
  `update @${endpointNames(service, endpoint).set} { ${ip} saddr }`;

const translate = (plan: PortPlan, endpoint: Endpoint): string =>
  `meta l4proto ${protocolOf(plan)} dnat to ${endpoint.text}`;

const protocolOf = ({ service }: PortPlan): string => service.protocol.toLowerCase();

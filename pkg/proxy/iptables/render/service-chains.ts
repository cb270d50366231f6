/** The chains of a service port and their rules (4.5): left out of a partial sync while nothing about them changed. */
import { cidrContains, isExternallyAccessible, parseAddress, type Endpoint, type PortPlan } from '../../model/index.ts';
import { comment, isNotPod, isPod, protocolMatch } from './match.ts';
import { endpointChain, type ServiceChains } from './names.ts';
import type { IptablesOptions } from './options.ts';

export interface OwnChains {
  /** In the order their lines stand in (I44). */
  readonly chains: readonly string[];
  readonly rules: readonly string[];
}

/** `terse` leaves out the comments of balancing and endpoint rules (I46). */
export function renderOwnChains(
  plan: PortPlan,
  names: ServiceChains,
  options: IptablesOptions,
  terse: boolean,
): OwnChains {
  const endpoints = new Map(plan.reachable.map((each) => [each.text, endpointChain(plan.service, each)]));
  const usesExternal = plan.servesExternal && isExternallyAccessible(plan.service);
  const usesFirewall = usesExternal && plan.service.sourceRanges.length > 0 && vipsOf(plan).length > 0;
  const parts: readonly (readonly [chain: string, wanted: boolean, rules: readonly string[]])[] = [
    [names.external, usesExternal, usesExternal ? externalRules(plan, names, options) : []],
    [names.firewall, usesFirewall, usesFirewall ? firewallRules(plan, names, options) : []],
    [names.cluster, plan.cluster.length > 0, balancingRules(plan, names.cluster, plan.cluster, endpoints, terse)],
    [names.local, plan.local.length > 0, balancingRules(plan, names.local, plan.local, endpoints, terse)],
  ];
  const used = parts.filter(([, wanted]) => wanted);
  return {
    chains: [...used.map(([chain]) => chain), ...endpoints.values()],
    rules: [
      ...masqueradeRule(plan, names, options),
      ...used.flatMap(([, , rules]) => rules),
      ...plan.reachable.flatMap((each) => endpointRules(plan, each, endpoints.get(each.text) ?? '', terse)),
    ],
  };
}

/** I35, G36: who is not a pod of this node must be answered through this node. */
function masqueradeRule({ service, internal }: PortPlan, names: ServiceChains, options: IptablesOptions): string[] {
  const notPod = options.masqueradeAll === true ? '' : isNotPod(options.detectLocal);
  if (internal !== 'serve' || notPod === undefined) return [];
  const chain = service.internalLocal ? names.local : names.cluster;
  const match = `${protocolMatch(service.protocol)} -d ${service.clusterIP} --dport ${service.port}`;
  const rule = `-A ${chain} ${comment(`${service.text} cluster IP`)} ${match}`;
  return [`${rule}${notPod === '' ? '' : ` ${notPod}`} -j KUBE-MARK-MASQ`];
}

/** I36, I37, G38. */
function externalRules(plan: PortPlan, names: ServiceChains, options: IptablesOptions): string[] {
  const { text, externalLocal } = plan.service;
  const rule = (what: string): string => `-A ${names.external} ${comment(`${what} ${text} external destinations`)}`;
  if (!externalLocal) {
    return [`${rule('masquerade traffic for')} -j KUBE-MARK-MASQ`, `-A ${names.external} -j ${names.cluster}`];
  }
  const rules: string[] = [];
  if (plan.cluster.length > 0) {
    const pod = isPod(options.detectLocal);
    const fromHere = '-m addrtype --src-type LOCAL';
    if (pod !== undefined) rules.push(`${rule('pod traffic for')} ${pod} -j ${names.cluster}`);
    rules.push(`${rule('masquerade LOCAL traffic for')} ${fromHere} -j KUBE-MARK-MASQ`);
    rules.push(`${rule('route LOCAL traffic for')} ${fromHere} -j ${names.cluster}`);
  }
  if (plan.local.length > 0) rules.push(`-A ${names.external} -j ${names.local}`);
  return rules;
}

/** I38, I48. */
function firewallRules(plan: PortPlan, names: ServiceChains, { nodeIP = '' }: IptablesOptions): string[] {
  const { text, sourceRanges } = plan.service;
  const node = parseAddress(nodeIP);
  const admitsNode = node !== undefined && sourceRanges.some((range) => cidrContains(range, node));
  const sources = [...sourceRanges.map((range) => range.text), ...(admitsNode ? vipsOf(plan) : [])];
  const rule = `-A ${names.firewall} ${comment(`${text} loadbalancer IP`)}`;
  const rest = comment(`other traffic to ${text} will be dropped by KUBE-PROXY-FIREWALL`);
  return [...sources.map((source) => `${rule} -s ${source} -j ${names.external}`), `-A ${names.firewall} ${rest}`];
}

/** I39, I40, I43: known clients first, then a cascade in which each endpoint gets the same share. */
function balancingRules(
  { service }: PortPlan,
  chain: string,
  list: readonly Endpoint[],
  endpoints: ReadonlyMap<string, string>,
  terse: boolean,
): string[] {
  const rule = ({ text }: Endpoint): string =>
    terse ? `-A ${chain}` : `-A ${chain} ${comment(`${service.text} -> ${text}`)}`;
  const rules: string[] = [];
  for (const each of service.affinitySeconds > 0 ? list : []) {
    const sep = endpoints.get(each.text) ?? '';
    rules.push(`${rule(each)} -m recent --name ${sep} --rcheck --seconds ${service.affinitySeconds} --reap -j ${sep}`);
  }
  for (const [index, each] of list.entries()) {
    const left = list.length - index;
    const chance = left > 1 ? ` -m statistic --mode random --probability ${(1 / left).toFixed(10)}` : '';
    rules.push(`${rule(each)}${chance} -j ${endpoints.get(each.text) ?? ''}`);
  }
  return rules;
}

/** I41: a hairpin is masqueraded, everything else only translated. */
function endpointRules({ service }: PortPlan, endpoint: Endpoint, chain: string, terse: boolean): string[] {
  const rule = terse ? `-A ${chain}` : `-A ${chain} ${comment(service.text)}`;
  const remember = service.affinitySeconds > 0 ? ` -m recent --name ${chain} --set` : '';
  return [
    `${rule} -s ${endpoint.ip} -j KUBE-MARK-MASQ`,
    `${rule}${remember} ${protocolMatch(service.protocol)} -j DNAT --to-destination ${endpoint.text}`,
  ];
}

const vipsOf = ({ destinations }: PortPlan): string[] =>
  destinations.filter(({ kind }) => kind === 'load-balancer').map(({ ip }) => ip);

/** What one service port adds to the table: elements that lead to it, and its chains (5.4). */
import {
  cidrContains,
  isExternallyAccessible,
  parseAddress,
  type Destination,
  type Endpoint,
  type Family,
  type PortPlan,
  type Verdict,
} from '../../model/index.ts';
import { contextOf, type Context } from './context.ts';
import { flatFirewall, flatFirewallChain, flatRoute } from './flat.ts';
import { layoutOf } from './layout.ts';
import { endpointNames, serviceChains, type ServiceChains } from './names.ts';
import type { NftablesOptions } from './options.ts';
import { annotated, rule, type Chain, type Element, type PortObjects } from './ruleset.ts';

export function renderPort(plan: PortPlan, context: Context): PortObjects {
  const layout = layoutOf(context);
  const hairpins = layout.usesHairpinSet ? hairpinElements(plan) : [];
  if (layout.isFlat && plan.service.affinitySeconds === 0) {
    const routes = new Map<string, Chain>();
    const lead: Lead = (destination) => {
      const { chain, elements } = flatRoute(plan, destination, context);
      routes.set(chain.name, chain);
      return { chain: chain.name, elements };
    };
    const elements = plan.destinations.flatMap((each) => destinationElements(plan, each, context, lead));
    return {
      chains: [],
      sharedChains: [...routes.values()],
      affinitySets: [],
      elements: [...elements, ...hairpins],
    };
  }
  // Hashes, which ports of few maps do without.
  const names = serviceChains(plan.service);
  const firewall = layout.isFlat ? [] : firewallChain(plan, names, context);
  const pinning = plan.service.affinitySeconds > 0 ? plan.reachable : [];
  const inner = plan.service.internalLocal ? names.local : names.cluster;
  const lead: Lead = ({ kind }) => ({ chain: kind === 'cluster-ip' ? inner : names.external, elements: [] });
  return {
    elements: [...plan.destinations.flatMap((each) => destinationElements(plan, each, context, lead)), ...hairpins],
    // Endpoints stand before the chains that go to them: a transaction is read from top to bottom.
    chains: [
      ...plan.reachable.flatMap((endpoint) => layout.endpointChain(plan, endpoint, context) ?? []),
      ...listChain(plan, names.cluster, plan.cluster, !plan.service.internalLocal, context),
      ...listChain(plan, names.local, plan.local, plan.service.internalLocal, context),
      ...externalChain(plan, names, context),
      ...firewall,
    ],
    affinitySets: pinning.map((endpoint) => ({
      name: endpointNames(plan.service, endpoint).set,
      timeoutSeconds: plan.service.affinitySeconds,
    })),
  };
}

/** The same from outside this folder: what one port adds to the table of a family. */
export function renderPortObjects(plan: PortPlan, family: Family, options: NftablesOptions = {}): PortObjects {
  return renderPort(plan, contextOf(family, options));
}

/** The chain that a destination with somebody behind it leads to, and what that chain looks for. */
type Lead = (destination: Destination) => { readonly chain: string; readonly elements: readonly Element[] };

/** N32. */
function destinationElements(plan: PortPlan, destination: Destination, context: Context, lead: Lead): Element[] {
  const { service, internal, external, servesExternal } = plan;
  const { kind, ip, port } = destination;
  const isNodePort = kind === 'node-port';
  const verdict = kind === 'cluster-ip' ? internal : external;
  const serves = kind === 'cluster-ip' ? internal === 'serve' : servesExternal;
  const key = `${isNodePort ? '' : `${ip} . `}${service.protocol.toLowerCase()} . ${port}`;
  const elements: Element[] = kind === 'cluster-ip' ? [{ container: 'cluster-ips', key: ip }] : [];
  if (serves) {
    const led = lead(destination);
    const container = isNodePort ? 'service-nodeports' : 'service-ips';
    elements.push(...led.elements, { container, key, value: `goto ${led.chain}` });
  }
  if (kind === 'load-balancer' && service.sourceRanges.length > 0) {
    const { isFlat } = layoutOf(context);
    const value = `goto ${isFlat ? flatFirewallChain(context).name : serviceChains(service).firewall}`;
    elements.push({ container: 'firewall-ips', key, value }, ...(isFlat ? flatFirewall(plan, key, context) : []));
  }
  elements.push(...refusal(isNodePort ? 'no-endpoint-nodeports' : 'no-endpoint-services', key, verdict, service.text));
  return elements;
}

function refusal(container: string, key: string, verdict: Verdict, comment: string): Element[] {
  if (verdict === 'serve') return [];
  return [{ container, key, value: verdict === 'drop' ? 'drop' : 'goto reject-chain', comment }];
}

/** An endpoint that comes back to itself has to be answered through the node; only local ones can. */
function hairpinElements({ service, reachable }: PortPlan): Element[] {
  const protocol = service.protocol.toLowerCase();
  return reachable
    .filter(({ local }) => local)
    .map(({ ip, port }) => ({ container: 'hairpin-connections', key: `${ip} . ${ip} . ${protocol} . ${port}` }));
}

function listChain(
  plan: PortPlan,
  name: string,
  list: readonly Endpoint[],
  isInternal: boolean,
  context: Context,
): Chain[] {
  if (list.length === 0) return [];
  const layout = layoutOf(context);
  const first = isInternal ? layout.internalFirst(plan, context) : [];
  return [{ name, rules: [...first, ...layout.balance(plan, list, context)] }];
}

/** N33, G36–G38. */
function externalChain(plan: PortPlan, names: ServiceChains, context: Context): Chain[] {
  if (!plan.servesExternal || !isExternallyAccessible(plan.service)) return [];
  const masquerade = layoutOf(context).masquerade(context);
  if (!plan.service.externalLocal) {
    const commented = context.options.layout === 'chains' ? masquerade : annotated(masquerade, 'masquerade');
    return [{ name: names.external, rules: [commented, `goto ${names.cluster}`] }];
  }
  const fromHere = 'fib saddr type local';
  const rules: string[] = [];
  if (plan.cluster.length > 0) {
    const toCluster = `goto ${names.cluster}`;
    if (context.isPod !== '') rules.push(annotated(rule(context.isPod, toCluster), 'short-circuit pod traffic'));
    rules.push(annotated(rule(fromHere, masquerade), 'masquerade local traffic'));
    rules.push(annotated(rule(fromHere, toCluster), 'short-circuit local traffic'));
  }
  if (plan.local.length > 0) rules.push(`goto ${names.local}`);
  return [{ name: names.external, rules }];
}

/** N34: before translation, so also before the refusal for want of endpoints. */
function firewallChain({ service, destinations }: PortPlan, names: ServiceChains, context: Context): Chain[] {
  const vips = destinations.filter(({ kind }) => kind === 'load-balancer').map(({ ip }) => ip);
  if (vips.length === 0 || service.sourceRanges.length === 0) return [];
  const node = parseAddress(context.options.nodeIP ?? '');
  const admitsNode = node !== undefined && service.sourceRanges.some((range) => cidrContains(range, node));
  const sources = [...service.sourceRanges.map(({ text }) => text), ...(admitsNode ? vips : [])];
  return [{ name: names.firewall, rules: [`${context.ip} saddr != { ${sources.join(', ')} } drop`] }];
}

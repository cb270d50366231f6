/**
 * Where a node's rules lead traffic for one Service: for each address and port, which endpoints may be used and why, and
 * the rules themselves, found in what the renderer writes by following one to the next.
 */
import { renderIptables } from '../proxy/iptables/render/index.ts';
import { printServers, renderIpvs } from '../proxy/ipvs/render/index.ts';
import {
  buildModel,
  joinHostPort,
  type Destination,
  type Endpoint,
  type Family,
  type NodeModel,
  type PortPlan,
} from '../proxy/model/index.ts';
import { renderPortObjects, type LayoutName } from '../proxy/nftables/render/index.ts';
import type { RulesRequest } from './render-rules.ts';

export interface TraceRequest extends Omit<RulesRequest, 'mode'> {
  readonly mode: RulesRequest['mode'] | 'userspace';
  readonly namespace: string;
  readonly name: string;
}

export interface TracedDestination {
  readonly kind: Destination['kind'];
  /** `10.96.0.10:80`; of a node port the port alone. */
  readonly address: string;
  readonly protocol: PortPlan['service']['protocol'];
  readonly port: string;
  /** Which list serves, or why nobody does. */
  readonly list: string;
  readonly endpoints: readonly string[];
  /** The first is what traffic meets first. */
  readonly rules: readonly string[];
}

export function traceRules(request: TraceRequest): TracedDestination[] {
  const { services, slices, node, family = 'IPv4', namespace, name } = request;
  const whole = buildModel(services, slices, { family, node });
  const ports = whole.ports.filter(({ service }) => service.namespace === namespace && service.name === name);
  const model = { ...whole, ports };
  const follow = followerOf(request, model);
  return ports.flatMap((plan) =>
    plan.destinations.map((destination) => ({
      kind: destination.kind,
      address:
        destination.kind === 'node-port' ? `${destination.port}` : joinHostPort(destination.ip, destination.port),
      protocol: plan.service.protocol,
      port: plan.service.portName,
      ...listOf(plan, destination),
      rules: follow(plan, destination),
    })),
  );
}

/** T10–T17 in words. */
function listOf(plan: PortPlan, { kind }: Destination): { list: string; endpoints: string[] } {
  const isInternal = kind === 'cluster-ip';
  const verdict = isInternal ? plan.internal : plan.external;
  const isLocal = isInternal ? plan.service.internalLocal : plan.service.externalLocal;
  const texts = (list: readonly Endpoint[]): string[] => list.map(({ text }) => text);
  const all = `all endpoints${narrowed(plan)}`;
  if (verdict === 'reject') {
    const why = plan.service.topologyKeys.length > 0 ? 'none is left by topologyKeys' : 'none is ready';
    return { list: `refused: ${plan.endpoints.length === 0 ? 'there are no endpoints' : why}`, endpoints: [] };
  }
  if (verdict === 'drop') {
    const others = !isInternal && plan.cluster.length > 0 ? `; Pods and the node itself use ${all}` : '';
    return { list: `dropped: the policy is Local and no endpoint is on this node${others}`, endpoints: [] };
  }
  if (!isLocal) return { list: all, endpoints: texts(plan.cluster) };
  const here = `endpoints on this node, for the policy is Local${plan.terminatingLocal ? ', all of them terminating' : ''}`;
  const list = isInternal || plan.cluster.length === 0 ? here : `${here}; Pods and the node itself use ${all}`;
  return { list, endpoints: texts(plan.local) };
}

function narrowed({ narrowedBy, terminatingCluster }: PortPlan): string {
  if (terminatingCluster) return ' that still serve while they terminate';
  return narrowedBy === 'none' ? '' : `, narrowed by ${narrowedBy.replace('-', ' ')}`;
}

type Follower = (plan: PortPlan, destination: Destination) => string[];

function followerOf(request: TraceRequest, model: NodeModel): Follower {
  switch (request.mode) {
    case 'userspace':
      return () => ['a socket of the proxy, which relays to one endpoint after the other'];
    case 'iptables':
      return iptablesFollower(renderIptables(model).split('\n'));
    case 'nftables':
      return nftablesFollower(model.family, request.layout);
    case 'ipvs': {
      const { servers } = renderIpvs(model, { nodeAddresses: request.nodeAddresses ?? [] });
      return (plan, { ip, port, kind }) =>
        kind === 'node-port' && (request.nodeAddresses ?? []).length === 0
          ? ['a virtual server on each address of the node; the Node object names none']
          : printServers(
              servers.filter(({ protocol, address }) => {
                if (protocol !== plan.service.protocol) return false;
                if (kind !== 'node-port') return address === joinHostPort(ip, port);
                return (
                  address.endsWith(`:${port}`) &&
                  (request.nodeAddresses ?? []).some((own) => address === joinHostPort(own, port))
                );
              }),
            )
              .split('\n')
              .filter((line) => line !== '');
    }
  }
}

/** Rules that name the destination, then those of the chains they lead to; marking is left out. */
function iptablesFollower(lines: readonly string[]): Follower {
  const chainOf = (line: string): string => line.split(' ')[1] ?? '';
  return (plan, { kind, ip, port }) => {
    const what = ` --dport ${port} -j `;
    const where = kind === 'node-port' ? /^-A KUBE-(NODEPORTS|EXTERNAL-SERVICES) / : /^-A KUBE-(EXTERNAL-)?SERVICES /;
    const protocol = ` -p ${plan.service.protocol.toLowerCase()} `;
    const first = lines.filter(
      (line) =>
        where.test(line) &&
        line.includes(protocol) &&
        line.includes(what) &&
        (kind === 'node-port' ? !line.includes(' -d ') : line.includes(` -d ${ip} `)),
    );
    return follow(first, (line) => {
      const target = / -j (KUBE-\S+)/.exec(line)?.[1] ?? '';
      return /^KUBE-(SVC|SVL|SEP|EXT|FW)-/.test(target)
        ? lines.filter((each) => chainOf(each) === target && each.startsWith('-A'))
        : [];
    });
  };
}

/** Elements that the destination is a key of, then the rules of the chains they lead to. */
function nftablesFollower(family: Family, layout: LayoutName | undefined): Follower {
  return (plan, { kind, ip, port }) => {
    const objects = renderPortObjects(plan, family, layout === undefined ? {} : { layout });
    const protocol = plan.service.protocol.toLowerCase();
    const key = kind === 'node-port' ? `${protocol} . ${port}` : `${ip} . ${protocol} . ${port}`;
    const numbered = kind === 'node-port' ? `${port} . ` : `${ip} . ${port} . `;
    const print = ({ container, key: own, value }: (typeof objects.elements)[number]): string =>
      `element ${container} { ${own} : ${value ?? ''} }`;
    const doors = objects.elements.filter((each) => each.key === key && each.value !== undefined).map(print);
    const chains = [...(objects.sharedChains ?? []), ...objects.chains];
    const lines = follow(doors, (line) => {
      const targets = [...line.matchAll(/goto ([^\s,]+)/g)].map(([, target]) => target);
      return chains
        .filter(({ name }) => targets.includes(name))
        .flatMap(({ name, rules }) => rules.map((rule) => `chain ${name} { ${rule} }`));
    });
    const kinds = kind === 'node-port' ? 'node-port-endpoints-' : 'endpoints-';
    const found = objects.elements.filter(
      (each) => each.container === `${kinds}${protocol}` && each.key.startsWith(numbered),
    );
    return [...lines, ...found.map(print)];
  };
}

/** Depth first, each line once. */
function follow(first: readonly string[], next: (line: string) => readonly string[]): string[] {
  const seen = new Set<string>();
  const visit = (line: string): void => {
    if (seen.has(line)) return;
    seen.add(line);
    for (const each of next(line)) visit(each);
  };
  for (const line of first) visit(line);
  return [...seen];
}

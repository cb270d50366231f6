/** Which entries the model puts into which set (6.3). */
import { cidrContains, parseAddress, type Destination, type NodeModel, type PortPlan } from '../../model/index.ts';
import type { IpvsOptions } from './options.ts';
import { SetBuilder, type IpSet } from './sets.ts';

/** `nodeIPs` are where node ports live, `bound` what kube-ipvs0 carries. */
export function fillSets(
  model: NodeModel,
  options: IpvsOptions,
  nodeIPs: readonly string[],
  bound: readonly string[],
): IpSet[] {
  const sets = new SetBuilder(model.family);
  for (const plan of model.ports) {
    addHairpins(sets, plan);
    for (const destination of plan.destinations) addDestination(sets, plan, destination, options, nodeIPs);
    if (plan.service.healthCheckNodePort !== 0) {
      sets.add('HEALTH-CHECK-NODE-PORT', String(plan.service.healthCheckNodePort));
    }
  }
  for (const ip of bound) sets.add('IPVS-IPS', ip);
  return sets.build();
}

/** Every local endpoint, usable or not: a connection may outlive its readiness (V44). */
function addHairpins(sets: SetBuilder, { service, endpoints }: PortPlan): void {
  for (const { local, ip, port } of endpoints) {
    if (local) sets.add('LOOP-BACK', `${ip},${service.protocol.toLowerCase()}:${port},${ip}`);
  }
}

function addDestination(
  sets: SetBuilder,
  plan: PortPlan,
  { kind, ip, port }: Destination,
  options: IpvsOptions,
  nodeIPs: readonly string[],
): void {
  const { service } = plan;
  const entry = `${ip},${service.protocol.toLowerCase()}:${port}`;
  switch (kind) {
    case 'cluster-ip':
      sets.add('CLUSTER-IP', entry);
      return;
    case 'external-ip':
      sets.add(service.externalLocal ? 'EXTERNAL-IP-LOCAL' : 'EXTERNAL-IP', entry);
      return;
    case 'load-balancer':
      addLoadBalancer(sets, plan, ip, entry, options);
      return;
    case 'node-port':
      addNodePort(sets, plan, port, nodeIPs);
  }
}

function addLoadBalancer(sets: SetBuilder, plan: PortPlan, ip: string, entry: string, options: IpvsOptions): void {
  const { externalLocal, sourceRanges } = plan.service;
  sets.add('LOAD-BALANCER', entry);
  if (externalLocal) sets.add('LOAD-BALANCER-LOCAL', entry);
  if (sourceRanges.length === 0) return;
  sets.add('LOAD-BALANCER-FW', entry);
  for (const { text } of sourceRanges) sets.add('LOAD-BALANCER-SOURCE-CIDR', `${entry},${text}`);
  if (admitsNode(plan, options)) sets.add('LOAD-BALANCER-SOURCE-IP', `${entry},${ip}`);
}

/** A bitmap of ports suffices for TCP and UDP; SCTP has none of its own and is listed by address. */
function addNodePort(sets: SetBuilder, { service }: PortPlan, port: number, nodeIPs: readonly string[]): void {
  if (nodeIPs.length === 0) return;
  const { protocol, externalLocal } = service;
  if (protocol === 'SCTP') {
    for (const ip of nodeIPs) {
      sets.add('NODE-PORT-SCTP-HASH', `${ip},sctp:${port}`);
      if (externalLocal) sets.add('NODE-PORT-LOCAL-SCTP-HASH', `${ip},sctp:${port}`);
    }
    return;
  }
  sets.add(`NODE-PORT-${protocol}`, String(port));
  if (externalLocal) sets.add(`NODE-PORT-LOCAL-${protocol}`, String(port));
}

/** Whether one of the source ranges holds this node (V38). */
export function admitsNode({ service }: PortPlan, { nodeIP = '' }: IpvsOptions): boolean {
  const node = parseAddress(nodeIP);
  return node !== undefined && service.sourceRanges.some((range) => cidrContains(range, node));
}

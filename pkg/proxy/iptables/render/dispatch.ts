/** The rules that catch traffic to a service port: in the restore input of every sync, full or partial (4.4). */
import type { Destination, Family, PortPlan, Verdict } from '../../model/index.ts';
import { comment, protocolMatch } from './match.ts';
import type { ServiceChains } from './names.ts';
import type { IptablesOptions } from './options.ts';

export interface Dispatch {
  readonly filter: readonly string[];
  readonly nat: readonly string[];
}

export function renderDispatch(
  plan: PortPlan,
  chains: ServiceChains,
  family: Family,
  options: IptablesOptions,
): Dispatch {
  const filter: string[] = [];
  const nat: string[] = [];
  for (const destination of plan.destinations) {
    switch (destination.kind) {
      case 'cluster-ip':
        dispatchInternal(plan, destination, chains, filter, nat);
        break;
      case 'external-ip':
      case 'load-balancer':
        dispatchExternal(plan, destination, chains, filter, nat);
        break;
      case 'node-port':
        dispatchNodePort(plan, destination.port, chains, countsLocalhost(family, options), filter, nat);
        break;
    }
  }
  if (plan.service.healthCheckNodePort !== 0) filter.push(healthCheck(plan)); // I29, G42
  return { filter, nat };
}

/** I20, I21. */
function dispatchInternal(
  { service, internal }: PortPlan,
  { ip, port }: Destination,
  chains: ServiceChains,
  filter: string[],
  nat: string[],
): void {
  const match = `${protocolMatch(service.protocol)} -d ${ip} --dport ${port}`;
  if (internal === 'serve') {
    const chain = service.internalLocal ? chains.local : chains.cluster;
    nat.push(`-A KUBE-SERVICES ${comment(`${service.text} cluster IP`)} ${match} -j ${chain}`);
  } else {
    filter.push(`-A KUBE-SERVICES ${refusal(service.text, internal, match)}`);
  }
}

/** I22–I26. */
function dispatchExternal(
  { service, external, servesExternal }: PortPlan,
  { kind, ip, port }: Destination,
  chains: ServiceChains,
  filter: string[],
  nat: string[],
): void {
  const match = `${protocolMatch(service.protocol)} -d ${ip} --dport ${port}`;
  const ranged = kind === 'load-balancer' && service.sourceRanges.length > 0;
  if (servesExternal) {
    const name = kind === 'load-balancer' ? 'loadbalancer IP' : 'external IP';
    const target = ranged ? chains.firewall : chains.external;
    nat.push(`-A KUBE-SERVICES ${comment(`${service.text} ${name}`)} ${match} -j ${target}`);
    if (ranged) {
      const text = comment(`${service.text} traffic not accepted by ${chains.firewall}`);
      filter.push(`-A KUBE-PROXY-FIREWALL ${text} ${match} -j DROP`);
    }
  }
  if (external !== 'serve') filter.push(`-A KUBE-EXTERNAL-SERVICES ${refusal(service.text, external, match)}`);
}

/** I27, I28. */
function dispatchNodePort(
  { service, external, servesExternal }: PortPlan,
  nodePort: number,
  chains: ServiceChains,
  countLocalhost: boolean,
  filter: string[],
  nat: string[],
): void {
  const protocol = protocolMatch(service.protocol);
  if (servesExternal) {
    const rule = `-A KUBE-NODEPORTS ${comment(service.text)} ${protocol}`;
    const jump = `-j ${chains.external}`;
    const counted = '-m nfacct --nfacct-name localhost_nps_accepted_pkts';
    if (countLocalhost) nat.push(`${rule} -d 127.0.0.0/8 --dport ${nodePort} ${counted} ${jump}`);
    nat.push(`${rule} --dport ${nodePort} ${jump}`);
  }
  if (external !== 'serve') {
    const match = `-m addrtype --dst-type LOCAL ${protocol} --dport ${nodePort}`;
    filter.push(`-A KUBE-EXTERNAL-SERVICES ${refusal(service.text, external, match)}`);
  }
}

function healthCheck({ service }: PortPlan): string {
  const text = comment(`${service.text} health check node port`);
  return `-A KUBE-NODEPORTS ${text} -m tcp -p tcp --dport ${service.healthCheckNodePort} -j ACCEPT`;
}

/** G39: nobody anywhere is told so; nobody here, while others exist, gets silence. */
function refusal(text: string, verdict: Verdict, match: string): string {
  const [why, target] = verdict === 'drop' ? ['has no local endpoints', 'DROP'] : ['has no endpoints', 'REJECT'];
  return `${comment(`${text} ${why}`)} ${match} -j ${target}`;
}

function countsLocalhost(family: Family, { localhostNodePorts = true, counters }: IptablesOptions): boolean {
  return family === 'IPv4' && localhostNodePorts && counters?.localhostAccepted === true;
}

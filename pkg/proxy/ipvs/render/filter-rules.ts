/** Rules of the filter table: source ranges, forwarding, and keeping host ports away from virtual addresses (V36–V38). */
import { comment, masqueradeMark } from '../../iptables/render/index.ts';
import type { Destination, Family, PortPlan } from '../../model/index.ts';
import { admitsNode } from './fill-sets.ts';
import type { IpvsOptions } from './options.ts';
import { setMatcher, type CommentedSet } from './set-match.ts';
import type { IpSet } from './sets.ts';

export function filterRules(
  family: Family,
  options: IpvsOptions,
  sets: readonly IpSet[],
  plans: readonly PortPlan[],
): string[] {
  const { match, noted, when } = setMatcher(family, sets);
  const firewall = (key: CommentedSet, from: string, fields: string, target: string): readonly string[] =>
    when(key, `-A ${from} ${noted(key, fields)} -j ${target}`);
  const mark = masqueradeMark(options);
  return [
    ...firewall('LOAD-BALANCER-FW', 'KUBE-PROXY-FIREWALL', 'dst,dst', 'KUBE-SOURCE-RANGES-FIREWALL'),
    ...firewall('LOAD-BALANCER-SOURCE-CIDR', 'KUBE-SOURCE-RANGES-FIREWALL', 'dst,dst,src', 'RETURN'),
    ...firewall('LOAD-BALANCER-SOURCE-IP', 'KUBE-SOURCE-RANGES-FIREWALL', 'dst,dst,src', 'RETURN'),
    '-A KUBE-SOURCE-RANGES-FIREWALL -j DROP',
    ...plans.flatMap((plan) => blockedForNode(plan, options)),
    `-A KUBE-FORWARD ${comment('kubernetes forwarding rules')} -m mark --mark ${mark}/${mark} -j ACCEPT`,
    `-A KUBE-FORWARD ${comment('kubernetes forwarding conntrack rule')} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
    `-A KUBE-NODE-PORT ${noted('HEALTH-CHECK-NODE-PORT', 'dst')} -j ACCEPT`,
    `-A KUBE-IPVS-FILTER ${match('LOAD-BALANCER', 'dst,dst')} -j RETURN`,
    `-A KUBE-IPVS-FILTER ${match('CLUSTER-IP', 'dst,dst')} -j RETURN`,
    `-A KUBE-IPVS-FILTER ${match('EXTERNAL-IP', 'dst,dst')} -j RETURN`,
    `-A KUBE-IPVS-FILTER ${match('EXTERNAL-IP-LOCAL', 'dst,dst')} -j RETURN`,
    `-A KUBE-IPVS-FILTER ${match('HEALTH-CHECK-NODE-PORT', 'dst')} -j RETURN`,
    `-A KUBE-IPVS-FILTER -m conntrack --ctstate NEW ${match('IPVS-IPS', 'dst')} -j REJECT`,
  ];
}

/** V38: between the node and an address of its own there is no INPUT to filter in, only OUTPUT. */
function blockedForNode(plan: PortPlan, options: IpvsOptions): string[] {
  if (plan.service.sourceRanges.length === 0 || admitsNode(plan, options)) return [];
  const protocol = plan.service.protocol.toLowerCase();
  return plan.destinations
    .filter(({ kind }: Destination) => kind === 'load-balancer')
    .map(({ ip, port }) => {
      const server = `-m ipvs --vaddr ${ip} --vproto ${protocol} --vport ${port}`;
      return `-A KUBE-IPVS-OUT-FILTER -s ${ip} ${server} -j DROP`;
    });
}

/** How built-in chains lead to ours (4.2). Ensured one by one, because the rest of a built-in chain is not ours (I10). */
import { comment } from './match.ts';

export interface Jump {
  readonly table: 'filter' | 'nat' | 'mangle';
  readonly from: string;
  readonly to: string;
  /** What stands between the chain and its rule's start: the arguments of `-C`, `-I` and `-D`. */
  readonly rule: string;
}

const onlyNew = '-m conntrack --ctstate NEW';

/** In the order they are ensured. Each is put first in its chain, so the last of a chain is the first to see packets. */
export const jumps: readonly Jump[] = [
  jump('filter', 'INPUT', 'KUBE-EXTERNAL-SERVICES', onlyNew, 'kubernetes externally-visible service portals'),
  jump('filter', 'FORWARD', 'KUBE-EXTERNAL-SERVICES', onlyNew, 'kubernetes externally-visible service portals'),
  jump('filter', 'INPUT', 'KUBE-NODEPORTS', '', 'kubernetes health check service ports'),
  jump('filter', 'FORWARD', 'KUBE-SERVICES', onlyNew, 'kubernetes service portals'),
  jump('filter', 'OUTPUT', 'KUBE-SERVICES', onlyNew, 'kubernetes service portals'),
  jump('filter', 'FORWARD', 'KUBE-FORWARD', '', 'kubernetes forwarding rules'),
  jump('filter', 'INPUT', 'KUBE-PROXY-FIREWALL', onlyNew, 'kubernetes load balancer firewall'),
  jump('filter', 'OUTPUT', 'KUBE-PROXY-FIREWALL', onlyNew, 'kubernetes load balancer firewall'),
  jump('filter', 'FORWARD', 'KUBE-PROXY-FIREWALL', onlyNew, 'kubernetes load balancer firewall'),
  jump('nat', 'OUTPUT', 'KUBE-SERVICES', '', 'kubernetes service portals'),
  jump('nat', 'PREROUTING', 'KUBE-SERVICES', '', 'kubernetes service portals'),
  jump('nat', 'POSTROUTING', 'KUBE-POSTROUTING', '', 'kubernetes postrouting rules'),
  jump('filter', 'INPUT', 'KUBE-FIREWALL', '', ''),
  jump('filter', 'OUTPUT', 'KUBE-FIREWALL', '', ''),
];

/** I68: an empty chain in each table, whose absence tells that somebody flushed it. */
export const canaryChain = 'KUBE-PROXY-CANARY';
export const canaryTables = ['mangle', 'nat', 'filter'] as const;

function jump(table: Jump['table'], from: string, to: string, state: string, text: string): Jump {
  const parts = [state, text === '' ? '' : comment(text), `-j ${to}`];
  return { table, from, to, rule: parts.filter((part) => part !== '').join(' ') };
}

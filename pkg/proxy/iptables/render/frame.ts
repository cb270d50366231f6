/** What the restore input holds whatever Services exist: fixed chains, marks, masquerade, forwarding, the node port tail. */
import { isLoopback, parseAddress, type Family } from '../../model/index.ts';
import { comment } from './match.ts';
import { masqueradeMark, type IptablesOptions } from './options.ts';

export interface Frame {
  readonly filterChains: readonly string[];
  readonly natChains: readonly string[];
  readonly filterFirst: readonly string[];
  readonly natFirst: readonly string[];
  readonly filterLast: readonly string[];
  readonly natLast: readonly string[];
}

export function renderFrame(family: Family, options: IptablesOptions): Frame {
  const { localhostNodePorts = true, randomFully = true } = options;
  const mark = masqueradeMark(options);
  const guardsLocalhost = family === 'IPv4' && localhostNodePorts; // I71, I72
  return {
    filterChains: [
      'KUBE-SERVICES',
      'KUBE-EXTERNAL-SERVICES',
      'KUBE-FORWARD',
      'KUBE-NODEPORTS',
      'KUBE-PROXY-FIREWALL',
      ...(guardsLocalhost ? ['KUBE-FIREWALL'] : []),
    ],
    natChains: ['KUBE-SERVICES', 'KUBE-NODEPORTS', 'KUBE-POSTROUTING', 'KUBE-MARK-MASQ'],
    filterFirst: guardsLocalhost ? [blockMartians] : [],
    natFirst: [
      `-A KUBE-POSTROUTING -m mark ! --mark ${mark}/${mark} -j RETURN`,
      `-A KUBE-POSTROUTING -j MARK --xor-mark ${mark}`,
      `-A KUBE-POSTROUTING ${comment('kubernetes service traffic requiring SNAT')} -j MASQUERADE${randomFully ? ' --random-fully' : ''}`,
      `-A KUBE-MARK-MASQ -j MARK --or-mark ${mark}`,
    ],
    filterLast: forwarding(mark, options),
    natLast: nodePortTail(family, options),
  };
}

/** I72: the other half of route_localnet, without which neighbours reach 127.0.0.1 (CVE-2020-8558). */
const blockMartians = [
  '-A KUBE-FIREWALL',
  comment('block incoming localnet connections'),
  '-d 127.0.0.0/8 ! -s 127.0.0.0/8 -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP',
].join(' ');

/** I55–I57. */
function forwarding(mark: string, { conntrackLiberal = false, counters }: IptablesOptions): string[] {
  const counted = counters?.invalidDropped === true ? ' -m nfacct --nfacct-name ct_state_invalid_dropped_pkts' : '';
  return [
    ...(conntrackLiberal ? [] : [`-A KUBE-FORWARD -m conntrack --ctstate INVALID${counted} -j DROP`]),
    `-A KUBE-FORWARD ${comment('kubernetes forwarding rules')} -m mark --mark ${mark}/${mark} -j ACCEPT`,
    `-A KUBE-FORWARD ${comment('kubernetes forwarding conntrack rule')} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
  ];
}

const tailComment = comment('kubernetes service nodeports; NOTE: this must be the last rule in this chain');

/** I50, I51, G52. */
function nodePortTail(family: Family, options: IptablesOptions): string[] {
  const { localhostNodePorts = true, nodePortAddresses = { kind: 'all' } } = options;
  const localhostWorks = family === 'IPv4' && localhostNodePorts;
  if (nodePortAddresses.kind === 'some') {
    return nodePortAddresses.ips
      .filter((ip) => localhostWorks || !isLoopbackText(ip))
      .map((ip) => `-A KUBE-SERVICES ${tailComment} -d ${ip} -j KUBE-NODEPORTS`);
  }
  const loopback = family === 'IPv4' ? '127.0.0.0/8' : '::1/128';
  const exclude = localhostWorks ? '' : ` ! -d ${loopback}`;
  return [`-A KUBE-SERVICES ${tailComment} -m addrtype --dst-type LOCAL${exclude} -j KUBE-NODEPORTS`];
}

function isLoopbackText(ip: string): boolean {
  const address = parseAddress(ip);
  return address !== undefined && isLoopback(address);
}

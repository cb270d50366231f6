/** Rules of the nat table: they look into sets and do not grow with Services (V32–V35). */
import { comment, isNotPod, masqueradeMark } from '../../iptables/render/index.ts';
import type { Family } from '../../model/index.ts';
import type { IpvsOptions } from './options.ts';
import { setMatcher, type CommentedSet, type SetMatcher } from './set-match.ts';
import type { IpSet } from './sets.ts';

export function natRules(family: Family, options: IpvsOptions, sets: readonly IpSet[]): string[] {
  const { match, noted, when } = setMatcher(family, sets);
  const nodePort = (key: CommentedSet, protocol: string, target: string): readonly string[] => {
    const fields = protocol === 'sctp' ? 'dst,dst' : 'dst';
    return when(key, `-A KUBE-NODE-PORT -p ${protocol} ${noted(key, fields)} -j ${target}`);
  };
  const mark = masqueradeMark(options);
  const external = (key: 'EXTERNAL-IP' | 'EXTERNAL-IP-LOCAL'): readonly string[] => {
    const rule = `-A KUBE-SERVICES ${noted(key, 'dst,dst')}`;
    return [
      `${rule} -m physdev ! --physdev-is-in -m addrtype ! --src-type LOCAL -j ACCEPT`,
      `${rule} -m addrtype --dst-type LOCAL -j ACCEPT`,
    ];
  };
  return [
    `-A KUBE-SERVICES -s ${family === 'IPv4' ? '127.0.0.0/8' : '::1/128'} -j RETURN`, // V42
    ...when('LOOP-BACK', `-A KUBE-POSTROUTING ${noted('LOOP-BACK', 'dst,dst,src')} -j MASQUERADE`),
    ...when('LOAD-BALANCER', `-A KUBE-SERVICES ${noted('LOAD-BALANCER', 'dst,dst')} -j KUBE-LOAD-BALANCER`),
    ...when('LOAD-BALANCER-LOCAL', `-A KUBE-LOAD-BALANCER ${noted('LOAD-BALANCER-LOCAL', 'dst,dst')} -j RETURN`),
    ...nodePort('NODE-PORT-LOCAL-TCP', 'tcp', 'RETURN'),
    ...nodePort('NODE-PORT-TCP', 'tcp', 'KUBE-MARK-MASQ'),
    ...nodePort('NODE-PORT-LOCAL-UDP', 'udp', 'RETURN'),
    ...nodePort('NODE-PORT-UDP', 'udp', 'KUBE-MARK-MASQ'),
    ...nodePort('NODE-PORT-LOCAL-SCTP-HASH', 'sctp', 'RETURN'),
    ...nodePort('NODE-PORT-SCTP-HASH', 'sctp', 'KUBE-MARK-MASQ'),
    ...when('CLUSTER-IP', clusterIPRule(options, noted)),
    ...when(
      'EXTERNAL-IP',
      `-A KUBE-SERVICES ${noted('EXTERNAL-IP', 'dst,dst')} -j KUBE-MARK-MASQ`,
      ...external('EXTERNAL-IP'),
    ),
    ...when('EXTERNAL-IP-LOCAL', ...external('EXTERNAL-IP-LOCAL')),
    '-A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODE-PORT',
    '-A KUBE-LOAD-BALANCER -j KUBE-MARK-MASQ',
    ...when('CLUSTER-IP', `-A KUBE-SERVICES ${match('CLUSTER-IP', 'dst,dst')} -j ACCEPT`),
    ...when('LOAD-BALANCER', `-A KUBE-SERVICES ${match('LOAD-BALANCER', 'dst,dst')} -j ACCEPT`),
    `-A KUBE-POSTROUTING -m mark ! --mark ${mark}/${mark} -j RETURN`,
    `-A KUBE-POSTROUTING -j MARK --xor-mark ${mark}`,
    `-A KUBE-POSTROUTING ${comment('kubernetes service traffic requiring SNAT')} -j MASQUERADE${options.randomFully === false ? '' : ' --random-fully'}`,
    `-A KUBE-MARK-MASQ -j MARK --or-mark ${mark}`,
  ];
}

/** V33: the node itself picks the virtual address as source, since it is a local one; that can never be answered. */
function clusterIPRule(options: IpvsOptions, noted: SetMatcher['noted']): string {
  const notPod = isNotPod(options.detectLocal);
  const jumps = '-j KUBE-MARK-MASQ';
  if (options.masqueradeAll === true) return `-A KUBE-SERVICES ${noted('CLUSTER-IP', 'dst,dst')} ${jumps}`;
  if (notPod !== undefined) return `-A KUBE-SERVICES ${noted('CLUSTER-IP', 'dst,dst')} ${notPod} ${jumps}`;
  return `-A KUBE-SERVICES ${noted('CLUSTER-IP', 'src,dst')} ${jumps}`;
}

/** How rules look into sets. */
import { comment } from '../../iptables/render/index.ts';
import type { Family } from '../../model/index.ts';
import { setName, type IpSet, type SetKey } from './sets.ts';

export interface SetMatcher {
  /** Matches packets whose `fields` are in the set. */
  readonly match: (key: SetKey, fields: string) => string;
  /** The same, with the comment that says what the set is for. */
  readonly noted: (key: CommentedSet, fields: string) => string;
  /** Rules that only make sense while the set holds something. */
  readonly when: (key: SetKey, ...rules: readonly string[]) => readonly string[];
}

export function setMatcher(family: Family, sets: readonly IpSet[]): SetMatcher {
  const used = new Set(sets.filter(({ entries }) => entries.length > 0).map(({ key }) => key));
  const match = (key: SetKey, fields: string): string => `-m set --match-set ${setName(key, family)} ${fields}`;
  return {
    match,
    noted: (key, fields) => `${setComment(key)} ${match(key, fields)}`,
    when: (key, ...rules) => (used.has(key) ? rules : []),
  };
}

export type CommentedSet = keyof typeof comments;

export const setComment = (key: CommentedSet): string => comment(comments[key]);

const comments = {
  'LOOP-BACK': 'Kubernetes endpoints dst ip:port, source ip for solving hairpin purpose',
  'CLUSTER-IP': 'Kubernetes service cluster ip + port for masquerade purpose',
  'EXTERNAL-IP': 'Kubernetes service external ip + port for masquerade and filter purpose',
  'EXTERNAL-IP-LOCAL': 'Kubernetes service external ip + port with externalTrafficPolicy=local',
  'LOAD-BALANCER': 'Kubernetes service lb portal',
  'LOAD-BALANCER-FW': 'Kubernetes service load balancer ip + port for load balancer with sourceRange',
  'LOAD-BALANCER-LOCAL': 'Kubernetes service load balancer ip + port with externalTrafficPolicy=local',
  'LOAD-BALANCER-SOURCE-IP': 'Kubernetes service load balancer ip + port + source IP for packet filter purpose',
  'LOAD-BALANCER-SOURCE-CIDR': 'Kubernetes service load balancer ip + port + source cidr for packet filter purpose',
  'NODE-PORT-TCP': 'Kubernetes nodeport TCP port for masquerade purpose',
  'NODE-PORT-LOCAL-TCP': 'Kubernetes nodeport TCP port with externalTrafficPolicy=local',
  'NODE-PORT-UDP': 'Kubernetes nodeport UDP port for masquerade purpose',
  'NODE-PORT-LOCAL-UDP': 'Kubernetes nodeport UDP port with externalTrafficPolicy=local',
  'NODE-PORT-SCTP-HASH': "Kubernetes nodeport SCTP port for masquerade purpose with type 'hash ip:port'",
  'NODE-PORT-LOCAL-SCTP-HASH':
    "Kubernetes nodeport SCTP port with externalTrafficPolicy=local with type 'hash ip:port'",
  'HEALTH-CHECK-NODE-PORT': 'Kubernetes health check node port',
} as const satisfies Partial<Record<SetKey, string>>;

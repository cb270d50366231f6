/** Sets of addresses and ports that the fixed iptables rules look into (6.3). */
import type { Family } from '../../model/index.ts';

export type SetType = 'hash:ip' | 'hash:ip,port' | 'hash:ip,port,ip' | 'hash:ip,port,net' | 'bitmap:port';

export type SetKey = keyof typeof setTypes;

export interface IpSet {
  readonly key: SetKey;
  readonly name: string;
  readonly type: SetType;
  readonly family: Family;
  /** Sorted, each once. */
  readonly entries: readonly string[];
}

const setTypes = {
  'LOOP-BACK': 'hash:ip,port,ip',
  'CLUSTER-IP': 'hash:ip,port',
  'EXTERNAL-IP': 'hash:ip,port',
  'EXTERNAL-IP-LOCAL': 'hash:ip,port',
  'LOAD-BALANCER': 'hash:ip,port',
  'LOAD-BALANCER-FW': 'hash:ip,port',
  'LOAD-BALANCER-LOCAL': 'hash:ip,port',
  'LOAD-BALANCER-SOURCE-IP': 'hash:ip,port,ip',
  'LOAD-BALANCER-SOURCE-CIDR': 'hash:ip,port,net',
  'NODE-PORT-TCP': 'bitmap:port',
  'NODE-PORT-LOCAL-TCP': 'bitmap:port',
  'NODE-PORT-UDP': 'bitmap:port',
  'NODE-PORT-LOCAL-UDP': 'bitmap:port',
  'NODE-PORT-SCTP-HASH': 'hash:ip,port',
  'NODE-PORT-LOCAL-SCTP-HASH': 'hash:ip,port',
  'HEALTH-CHECK-NODE-PORT': 'bitmap:port',
  'IPVS-IPS': 'hash:ip',
} as const satisfies Record<string, SetType>;

const longestName = 31;

/** `KUBE-…`, for IPv6 `KUBE-6-…` cut to what ipset takes. */
export function setName(key: SetKey, family: Family): string {
  return `KUBE-${family === 'IPv6' ? '6-' : ''}${key}`.slice(0, longestName);
}

/** Collects entries; every set exists, empty ones too. */
export class SetBuilder {
  readonly #family: Family;
  readonly #entries = new Map<SetKey, Set<string>>();

  constructor(family: Family) {
    this.#family = family;
  }

  add(key: SetKey, entry: string): void {
    const entries = this.#entries.get(key) ?? new Set<string>();
    this.#entries.set(key, entries.add(entry));
  }

  build(): IpSet[] {
    return (Object.keys(setTypes) as SetKey[]).map((key) => ({
      key,
      name: setName(key, this.#family),
      type: setTypes[key],
      family: this.#family,
      entries: [...(this.#entries.get(key) ?? [])].sort(),
    }));
  }
}

/**
 * From what the kernel has to what it should have, in the fewest steps (V15–V17). A TCP endpoint that goes while it still
 * has connections keeps them: it gets weight 0, which takes no new ones, and is removed when they are over.
 */
import { cidrContains, compareText, parseAddress, type Cidr, type Family } from '../../model/index.ts';
import {
  printAddReal,
  printAddServer,
  printBind,
  printCreateSet,
  printDeleteReal,
  printDeleteServer,
  printEditServer,
  printUnbind,
  printWeighReal,
} from './print.ts';
import { serverKey, type VirtualServer } from './servers.ts';
import type { IpSet } from './sets.ts';

export interface ObservedReal {
  readonly weight: number;
  /** Active and inactive together. */
  readonly connections: number;
}

export interface ObservedServer extends Omit<VirtualServer, 'realServers'> {
  readonly realServers: ReadonlyMap<string, ObservedReal>;
}

export interface ServerPlan {
  /** For `ipvsadm --restore`. */
  readonly lines: readonly string[];
  /** Real servers at weight 0 that wait for their connections to end. */
  readonly draining: ReadonlySet<string>;
}

export interface ServerPlanOptions {
  readonly family: Family;
  /** Draining since earlier syncs. */
  readonly draining?: ReadonlySet<string>;
  /** First sync of a process: weights may be left over from one that was killed while draining (V16). */
  readonly isFirst?: boolean;
  /** Virtual servers in here belong to somebody else (V15). */
  readonly excludeCIDRs?: readonly Cidr[];
}

export function planServers(
  wanted: readonly VirtualServer[],
  observed: readonly ObservedServer[],
  { family, draining = new Set(), isFirst = false, excludeCIDRs = [] }: ServerPlanOptions,
): ServerPlan {
  const lines: string[] = [];
  const stillDraining = new Set<string>();
  const known = new Map(observed.map((server) => [serverKey(server), server]));
  for (const server of wanted) {
    const old = known.get(serverKey(server));
    known.delete(serverKey(server));
    if (old === undefined) lines.push(printAddServer(server));
    else if (!sameServer(server, old)) lines.push(printEditServer(server));
    planRealServers(server, old?.realServers ?? new Map(), { draining, isFirst }, lines, stillDraining);
  }
  for (const server of known.values()) {
    if (isOurs(server, family, excludeCIDRs)) lines.push(printDeleteServer(server));
  }
  return { lines, draining: stillDraining };
}

function planRealServers(
  server: VirtualServer,
  observed: ReadonlyMap<string, ObservedReal>,
  { draining, isFirst }: { draining: ReadonlySet<string>; isFirst: boolean },
  lines: string[],
  stillDraining: Set<string>,
): void {
  const wanted = new Set(server.realServers);
  for (const real of server.realServers) {
    const old = observed.get(real);
    if (old !== undefined && draining.has(realKey(server, real))) {
      lines.push(printDeleteReal(server, real), printAddReal(server, real)); // V16, S96
    } else if (old === undefined) {
      lines.push(printAddReal(server, real));
    } else if (isFirst && old.weight !== 1) {
      lines.push(printWeighReal(server, real, 1));
    }
  }
  for (const [real, { weight, connections }] of [...observed].sort(([a], [b]) => compareText(a, b))) {
    if (wanted.has(real)) continue;
    if (server.protocol !== 'TCP' || connections === 0) {
      lines.push(printDeleteReal(server, real));
    } else {
      if (weight !== 0) lines.push(printWeighReal(server, real, 0));
      stillDraining.add(realKey(server, real));
    }
  }
}

/** Sets: what is missing is made, then entries leave, then they come (V20). For `ipset restore -exist`. */
export function planSets(wanted: readonly IpSet[], observed: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  return wanted.flatMap((set) => {
    const old = observed.get(set.name);
    const now = new Set(set.entries);
    return [
      ...(old === undefined ? [printCreateSet(set)] : []),
      ...[...(old ?? [])].filter((entry) => !now.has(entry)).map((entry) => `del ${set.name} ${entry}`),
      ...set.entries.filter((entry) => !old?.has(entry)).map((entry) => `add ${set.name} ${entry}`),
    ];
  });
}

export interface AddressPlan {
  /** Before virtual servers are made. */
  readonly bind: readonly string[];
  /** When everything else is done. */
  readonly unbind: readonly string[];
}

export function planAddresses(wanted: readonly string[], bound: readonly string[], family: Family): AddressPlan {
  return {
    bind: wanted.filter((ip) => !bound.includes(ip)).map((ip) => printBind(ip, family)),
    unbind: bound.filter((ip) => !wanted.includes(ip)).map((ip) => printUnbind(ip, family)),
  };
}

/** Identity of a real server of a virtual server. */
export const realKey = (server: Pick<VirtualServer, 'protocol' | 'address'>, real: string): string =>
  `${serverKey(server)} ${real}`;

const sameServer = (a: VirtualServer, b: ObservedServer): boolean =>
  a.scheduler === b.scheduler && a.persistenceSeconds === b.persistenceSeconds && a.hashesPort === b.hashesPort;

function isOurs({ address }: ObservedServer, family: Family, excludeCIDRs: readonly Cidr[]): boolean {
  const ip = parseAddress(address.slice(0, address.lastIndexOf(':')).replace(/^\[|\]$/g, ''));
  return ip?.family === family && !excludeCIDRs.some((range) => cidrContains(range, ip));
}

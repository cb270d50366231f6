/** What ipvsadm, ipset and ip say is there, as data. */
import type { Protocol } from '../model/index.ts';
import type { ObservedReal, ObservedServer } from '../ipvs/render/index.ts';
import { must, type Runner } from './runner.ts';

const protocols: Readonly<Record<string, Protocol>> = { '-t': 'TCP', '-u': 'UDP', '--sctp-service': 'SCTP' };

/** Virtual servers with weights from the dump, and connections from the listing, which the dump lacks (V46). */
export async function observeServers(run: Runner): Promise<ObservedServer[]> {
  const [dump, listing] = await Promise.all([must(run, 'ipvsadm', ['-Sn']), must(run, 'ipvsadm', ['-ln'])]);
  const connections = parseConnections(listing);
  const servers = new Map<string, ObservedServer & { realServers: Map<string, ObservedReal> }>();
  for (const line of dump.split('\n')) {
    const [verb = '', flag = '', address = '', ...rest] = line.trim().split(/\s+/);
    const protocol = protocols[flag];
    if (protocol === undefined) continue;
    const option = (name: string): string | undefined =>
      rest.includes(name) ? rest[rest.indexOf(name) + 1] : undefined;
    const key = `${protocol} ${address}`;
    if (verb === '-A') {
      servers.set(key, {
        protocol,
        address,
        scheduler: option('-s') ?? '',
        persistenceSeconds: Number(option('-p') ?? 0),
        hashesPort: option('-b')?.split(',').includes('mh-port') === true,
        realServers: new Map(),
      });
    } else if (verb === '-a') {
      const real = option('-r') ?? '';
      const known = { weight: Number(option('-w') ?? 1), connections: connections.get(`${key} ${real}`) ?? 0 };
      servers.get(key)?.realServers.set(real, known);
    }
  }
  return [...servers.values()];
}

/** Active and inactive connections by protocol, virtual and real address. */
function parseConnections(listing: string): Map<string, number> {
  const found = new Map<string, number>();
  let server = '';
  for (const line of listing.split('\n')) {
    const words = line.trim().split(/\s+/);
    if (/^(TCP|UDP|SCTP)$/.test(words[0] ?? '')) server = `${words[0]} ${words[1]}`;
    else if (words[0] === '->' && words.length >= 6) {
      found.set(`${server} ${words[1]}`, Number(words[4]) + Number(words[5]));
    }
  }
  return found;
}

/** Entries by set (K60: the header is not needed). */
export async function observeSets(run: Runner): Promise<Map<string, Set<string>>> {
  const sets = new Map<string, Set<string>>();
  for (const line of (await must(run, 'ipset', ['save'])).split('\n')) {
    const [verb, name = '', entry = ''] = line.split(' ');
    if (verb === 'create') sets.set(name, new Set());
    else if (verb === 'add') sets.get(name)?.add(entry);
  }
  return sets;
}

export interface InterfaceAddress {
  readonly device: string;
  readonly ip: string;
}

export async function observeAddresses(run: Runner): Promise<InterfaceAddress[]> {
  const links = JSON.parse(await must(run, 'ip', ['-j', 'address'])) as {
    ifname?: string;
    addr_info?: { local?: string }[];
  }[];
  return links.flatMap(({ ifname = '', addr_info = [] }) =>
    addr_info.flatMap(({ local }) => (local === undefined ? [] : [{ device: ifname, ip: local }])),
  );
}

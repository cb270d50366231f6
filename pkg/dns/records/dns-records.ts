/**
 * The zones written out in full from scratch: what a set of objects makes resolvable. Plain data in and out, for
 * dry runs and zone files. It shares no code with the index on purpose, beyond the reading of addresses and options:
 * a property test holds the two against each other.
 */
import type { Pod } from '../../api/types.ts';
import { nameOf, nameText } from '../wire/index.ts';
import { addressText, isIPv4, parseAddress, parseReverse, reverseNameOf } from './address.ts';
import type { ZoneConfig, ZoneOptions } from './options.ts';
import { parseZoneOptions } from './options.ts';
import type { DnsObjects, Published, Visible } from './published.ts';
import { visibleObjects } from './published.ts';
import type { RecordText } from './record-text.ts';
import { coversAddress } from './reverse-zone.ts';

/**
 * Every record of every zone, without duplicates, ordered by zone and owner. Pod names in mode `insecure` have no
 * end and are left out. `serial` goes into the SOA records.
 */
export function dnsRecords(objects: DnsObjects, options: ZoneOptions = {}, serial = 0): RecordText[] {
  const config = parseZoneOptions(options);
  const visible = visibleObjects(objects, config);
  const found: RecordText[] = [];
  for (const { text: zone } of config.zones) {
    const servers = nameServers(visible, config, zone, zone);
    found.push(...apexRecords(zone, servers, serial, config.ttl));
    found.push({ name: `dns-version.${zone}`, type: 'TXT', ttl: 28_800, data: '"1.1.0"' });
    for (const service of visible.services) found.push(...serviceRecords(service, zone, config.ttl));
    for (const pod of visible.pods) found.push(...podRecords(pod, zone, config.ttl));
  }
  for (const reverse of config.reverseZones) {
    found.push(
      ...apexRecords(reverse.text, nameServers(visible, config, reverse.text, config.primary.text), serial, config.ttl),
    );
  }
  found.push(...pointerRecords(visible, config));
  return withWeights(distinct(found));
}

function apexRecords(zone: string, servers: readonly Server[], serial: number, ttl: number): RecordText[] {
  const soa = `ns.dns.${zone} hostmaster.${zone} ${serial} 7200 1800 86400 ${ttl}`;
  return [
    { name: zone, type: 'SOA', ttl: Math.min(ttl, 300), data: soa },
    ...servers.map(({ name }) => ({ name: zone, type: 'NS', ttl, data: name })),
    ...servers.flatMap(({ addresses }) => addresses.map((ip) => addressRecord(`ns.dns.${zone}`, ip, ttl))),
  ];
}

interface Server {
  readonly name: string;
  readonly addresses: readonly string[];
}

function nameServers({ services }: Visible, config: ZoneConfig, zone: string, home: string): Server[] {
  const servers = services.flatMap((service) =>
    service.endpoints
      .filter(({ address }) => config.localAddresses.includes(address))
      .map(({ host }): Server => {
        const name = `${service.name}.${service.namespace}.svc.${home}`;
        if (service.kind === 'cluster') return { name, addresses: service.clusterIPs };
        const mates = service.endpoints.filter((other) => other.host.toLowerCase() === host.toLowerCase());
        return { name: `${escaped(host)}.${name}`, addresses: mates.map(({ address }) => address) };
      }),
  );
  return servers.length > 0 ? servers : [{ name: `ns.dns.${zone}`, addresses: config.localAddresses }];
}

function serviceRecords(service: Published, zone: string, ttl: number): RecordText[] {
  const name = `${service.name}.${service.namespace}.svc.${zone}`;
  if (service.kind === 'external') return [{ name, type: 'CNAME', ttl, data: service.target }];
  const found: RecordText[] = [];
  const addSrv = (owner: string, target: string, port: number): number =>
    found.push({ name: owner, type: 'SRV', ttl, data: `0 w ${port} ${target}` });
  const headless = service.kind === 'headless';
  for (const ip of service.clusterIPs) found.push(addressRecord(name, ip, ttl));
  for (const { name: label, port, protocol } of service.ports) {
    if (port === undefined) continue;
    addSrv(name, name, port);
    if (label) addSrv(`_${label}._${(protocol || 'TCP').toLowerCase()}.${name}`, name, port);
  }
  for (const { address, host, ports } of service.endpoints) {
    const target = `${escaped(host)}.${name}`;
    if (headless) found.push(addressRecord(name, address, ttl));
    found.push(addressRecord(target, address, ttl));
    for (const { name: label, port, protocol } of ports) {
      if (port === undefined || port === null) continue;
      addSrv(target, target, port);
      if (!headless) continue;
      addSrv(name, target, port);
      if (label) addSrv(`_${label}._${(protocol || 'TCP').toLowerCase()}.${name}`, target, port);
    }
  }
  return found;
}

function podRecords({ metadata, status }: Pod, zone: string, ttl: number): RecordText[] {
  const texts = [...(status?.podIPs ?? []).map(({ ip }) => ip), status?.podIP ?? ''];
  return texts.flatMap((text) => {
    const address = parseAddress(text);
    if (address === undefined) return [];
    const label = addressText(address).replaceAll(/[.:]/g, '-');
    return [addressRecord(`${label}.${metadata.namespace}.pod.${zone}`, address, ttl)];
  });
}

function pointerRecords({ services }: Visible, config: ZoneConfig): RecordText[] {
  const targets = new Map<string, Set<string>>();
  const note = (address: string, target: string): unknown =>
    targets.set(address, (targets.get(address) ?? new Set<string>()).add(target));
  const taken = new Set(services.flatMap(({ clusterIPs }) => clusterIPs));
  const rank = ({ namespace, name }: Published): string => `${namespace}/${name}`;
  const ordered = services.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1));
  for (const service of ordered) {
    const name = svcName(service, config);
    for (const ip of service.clusterIPs) if (!targets.has(ip)) note(ip, name); // P1
    for (const { address, host, named } of service.endpoints) {
      if (!taken.has(address) && (named || !config.hostnamesOnlyPtr)) note(address, `${escaped(host)}.${name}`);
    }
  }
  return [...targets].flatMap(([address, names]) => {
    const owner = nameText(reverseNameOf(address));
    const zone = config.reverseZones
      .filter((zone) => owner.endsWith(`.${zone.text}`))
      .toSorted((a, b) => b.text.length - a.text.length)[0];
    const prefix = parseReverse(owner.slice(0, -1).split('.'));
    if (zone === undefined || prefix === undefined || !coversAddress(zone, prefix)) return [];
    return [...names].map((data) => ({ name: owner, type: 'PTR', ttl: config.ttl, data }));
  });
}

function svcName({ namespace, name }: Published, config: ZoneConfig): string {
  return `${name}.${namespace}.svc.${config.primary.text}`;
}

function addressRecord(name: string, address: string, ttl: number): RecordText {
  return { name, type: isIPv4(address) ? 'A' : 'AAAA', ttl, data: addressText(address) };
}

/** Host labels can hold anything that an endpoint claims. */
function escaped(label: string): string {
  const name = nameOf([label]);
  return name === undefined ? label : nameText(name).slice(0, -1);
}

function distinct(records: readonly RecordText[]): RecordText[] {
  return [...new Map(records.map((record) => [JSON.stringify(record), record])).values()];
}

/** R5: a hundred shared out among the records of a name, at least one each. */
function withWeights(records: readonly RecordText[]): RecordText[] {
  const counts = new Map<string, number>();
  for (const { name, type } of records) if (type === 'SRV') counts.set(name, (counts.get(name) ?? 0) + 1);
  return records.map((record) => {
    const weight = Math.max(1, Math.floor(100 / (counts.get(record.name) ?? 1)));
    return record.type === 'SRV' ? { ...record, data: record.data.replace('0 w ', `0 ${weight} `) } : record;
  });
}

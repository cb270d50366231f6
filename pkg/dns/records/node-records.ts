import type { Name, Octets, RRset } from '../wire/index.ts';
import { nameOf, ROOT, Type } from '../wire/index.ts';
import { isIPv4 } from './address.ts';
import type { ClusterState } from './cluster-state.ts';
import { nameServers } from './name-servers.ts';
import type { ZoneNode } from './node.ts';
import type { ZoneConfig } from './options.ts';
import type { SrvRecords } from './srv.ts';
import type { PortView } from './views.ts';
import { addressesOf, glueOf, hostSrv, serviceSrv } from './srv.ts';

/** Everything records are made from. */
export interface RecordContext {
  readonly state: ClusterState;
  readonly config: ZoneConfig;
  readonly serial: number;
}

/** Where a node was found: its full name, and the zone, both in the spelling of whoever asked (N15). */
export interface Place {
  readonly owner: Name;
  readonly zone: Name;
}

export interface NodeRecords {
  readonly answer: RRset;
  readonly additional: readonly RRset[];
}

/** Version of the schema of names that the zone follows. */
export const SCHEMA_VERSION = '1.1.0';
const SCHEMA_VERSION_TTL = 28_800;
const REFUSED_ANY_TTL = 3600;

/** The records of a type at a node, or undefined when it owns none of the type. Aliases are the caller's to follow. */
export function recordsAt(node: ZoneNode, type: number, place: Place, context: RecordContext): NodeRecords | undefined {
  const { owner, zone } = place;
  const { ttl } = context.config;
  if (type === Type.ANY && node.kind !== 'external') {
    return alone({ owner, type: Type.HINFO, ttl: REFUSED_ANY_TTL, kind: 'text', data: [['RFC8482', '']] }); // S16
  }
  switch (node.kind) {
    case 'empty':
      return undefined;
    case 'apex':
      if (type === Type.SOA) return alone(soaOf(place.zone, context));
      return type === Type.NS ? nameServerRecords(place, context) : undefined;
    case 'nameserver':
      return addressRecords(place, type, nameServers(context, zone).addresses, ttl); // N23
    case 'version': {
      if (type !== Type.TXT) return undefined;
      return alone({ owner, type, ttl: SCHEMA_VERSION_TTL, kind: 'text', data: [[SCHEMA_VERSION]] });
    }
    case 'service': {
      const { entry } = node;
      if (type === Type.A || type === Type.AAAA) {
        const data = entry.addresses(type === Type.A);
        return data.length === 0 ? undefined : alone({ owner, type, ttl, kind: 'address', data });
      }
      return type === Type.SRV ? withGlue(place, ttl, serviceSrv(entry, zone, anyPort)) : undefined;
    }
    case 'host':
      if (type === Type.SRV) return withGlue(place, ttl, hostSrv(node.entry, node.endpoints, zone));
      return addressRecords(place, type, addressesOf(node.endpoints), ttl);
    case 'port': {
      if (type !== Type.SRV) return undefined; // R8
      const { entry, label, protocol } = node;
      const wanted = (port: PortView): boolean => port.label === label && port.protocol === protocol;
      return withGlue(place, ttl, serviceSrv(entry, zone, wanted));
    }
    case 'external':
      if (type !== Type.CNAME && type !== Type.ANY) return undefined;
      return alone({ owner, type: Type.CNAME, ttl, kind: 'name', data: [node.target] });
    case 'pod':
      return addressRecords(place, type, [node.address], ttl);
    case 'pointer':
      return type === Type.PTR ? alone({ owner, type, ttl, kind: 'name', data: node.targets }) : undefined;
  }
}

/** The SOA of a zone: at its apex, and in the authority section of negative answers. */
export function soaOf(zone: Name, { config, serial }: RecordContext): RRset {
  const soa = {
    primary: nameOf(['ns', 'dns'], zone) ?? ROOT,
    contact: nameOf(['hostmaster'], zone) ?? ROOT,
    serial,
    refresh: 7200,
    retry: 1800,
    expire: 86_400,
    minimum: config.ttl,
  };
  return { owner: zone, type: Type.SOA, ttl: Math.min(config.ttl, 300), kind: 'soa', data: [soa] }; // N14, N19
}

const anyPort = (): boolean => true;

function alone(answer: RRset): NodeRecords {
  return { answer, additional: [] };
}

function addressRecords({ owner }: Place, type: number, all: readonly Octets[], ttl: number): NodeRecords | undefined {
  if (type !== Type.A && type !== Type.AAAA) return undefined;
  const data = all.filter((octets) => isIPv4(octets) === (type === Type.A));
  return data.length === 0 ? undefined : alone({ owner, type, ttl, kind: 'address', data });
}

function withGlue({ owner }: Place, ttl: number, { data, targets }: SrvRecords): NodeRecords | undefined {
  if (data.length === 0) return undefined;
  return { answer: { owner, type: Type.SRV, ttl, kind: 'srv', data }, additional: glueOf(targets, ttl) };
}

function nameServerRecords({ owner, zone }: Place, context: RecordContext): NodeRecords {
  const { targets } = nameServers(context, zone);
  const { ttl } = context.config;
  const data = targets.map(({ name }) => name);
  return { answer: { owner, type: Type.NS, ttl, kind: 'name', data }, additional: glueOf(targets, ttl) };
}

import type { Cidr } from '../../ip/index.ts';
import { cidrContains, maskPrefix, parseIp, parsePrefix } from '../../ip/index.ts';
import type { ZoneIndex } from '../records/index.ts';
import { transferRecords } from '../records/index.ts';
import type { Name, Query } from '../wire/index.ts';
import { lowerName, parseName, Rcode, transferMessages, Type } from '../wire/index.ts';
import type { Client } from './client.ts';
import type { Transfer } from './responder.ts';

/** Zones and the addresses or networks that may copy them. */
export type TransferOptions = Readonly<Record<string, readonly string[]>>;

/**
 * Answers AXFR and IXFR for the zones that are given away (S30 to S32). A transfer is made in one go, so that it shows
 * one moment however slowly the other side reads. Throws a RangeError for options that make no sense.
 */
export function makeTransfer(
  options: TransferOptions,
  index: ZoneIndex,
  { udpPayloadOctets, recursionAvailable }: { udpPayloadOctets: number; recursionAvailable: boolean },
): Transfer {
  const allowed = new Map(
    Object.entries(options).map(([zone, peers]) => [zoneName(zone, index), peers.map(parsePeer)]),
  );
  return (query, client) => {
    const zone = index.config.zones.find(({ name }) => name === query.key);
    if (zone === undefined) return allowed.size > 0 ? Rcode.NOTAUTH : Rcode.REFUSED; // S32
    if (!mayCopy(allowed.get(zone.name), client)) return Rcode.REFUSED;
    if (!index.synced) return Rcode.SERVFAIL; // S33
    if (query.type === Type.IXFR && query.zoneSerial === undefined) return Rcode.FORMERR;
    return transferMessages(
      query,
      { rcode: Rcode.NOERROR, authoritative: true, recursionAvailable },
      isCurrent(query, index.serial) ? firstOf(query.name, index) : transferRecords(query.name, index.context),
      udpPayloadOctets,
    );
  };
}

/** RFC 1982: the client has this serial or a later one. */
function isCurrent({ type, zoneSerial }: Query, serial: number): boolean {
  if (type !== Type.IXFR || zoneSerial === undefined) return false;
  return (zoneSerial - serial) >>> 0 < 0x8000_0000;
}

function* firstOf(zone: Name, index: ZoneIndex): ReturnType<typeof transferRecords> {
  for (const soa of transferRecords(zone, index.context)) {
    yield soa;
    return;
  }
}

function mayCopy(peers: readonly Cidr[] | undefined, client: Client): boolean {
  const address = parseIp(client.address);
  return address !== undefined && peers?.some((peer) => cidrContains(peer, address)) === true;
}

function zoneName(text: string, index: ZoneIndex): Name {
  const name = parseName(text);
  const zone = name && index.config.zones.find((zone) => zone.name === lowerName(name));
  if (zone === undefined)
    throw new RangeError(`transfers: ${JSON.stringify(text)} is no cluster domain of this server`);
  return zone.name;
}

function parsePeer(text: string): Cidr {
  const prefix = parsePrefix(text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`);
  if (prefix === undefined) throw new RangeError(`transfers: ${JSON.stringify(text)} is neither address nor network`);
  return maskPrefix(prefix);
}

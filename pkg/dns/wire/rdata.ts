import { Type } from './constants.ts';
import type { Name } from './name.ts';
import { binaryString, octetAt, uint16At, uint32At } from './octets.ts';
import { readName } from './read-name.ts';
import type { RRsetData } from './rrset.ts';

/** Layout of the data of types that may hold compressed names (RFC 3597 section 4): octet counts, `name`, `text`. */
const layouts: ReadonlyMap<number, readonly (number | 'name' | 'text')[]> = new Map([
  [3, ['name']], // MD
  [4, ['name']], // MF
  [7, ['name']], // MB
  [8, ['name']], // MG
  [9, ['name']], // MR
  [14, ['name', 'name']], // MINFO
  [17, ['name', 'name']], // RP
  [18, [2, 'name']], // AFSDB
  [21, [2, 'name']], // RT
  [26, [2, 'name', 'name']], // PX
  [35, [2, 2, 'text', 'text', 'text', 'name']], // NAPTR
  [36, [2, 'name']], // KX
  [39, ['name']], // DNAME
]);

/** The data of one record, names expanded; undefined when it does not fill the range exactly. */
export function readRdata(octets: Uint8Array, type: number, start: number, end: number): RRsetData | undefined {
  switch (type) {
    case Type.A:
      return end - start === 4 ? { kind: 'address', data: [binaryString(octets, start, end)] } : undefined;
    case Type.AAAA:
      return end - start === 16 ? { kind: 'address', data: [binaryString(octets, start, end)] } : undefined;
    case Type.CNAME:
    case Type.NS:
    case Type.PTR: {
      const name = nameEndingAt(octets, start, end);
      return name && { kind: 'name', data: [name] };
    }
    case Type.SRV: {
      const target = nameEndingAt(octets, start + 6, end);
      const [priority, weight, port] = [0, 2, 4].map((offset) => uint16At(octets, start + offset));
      return (
        target && { kind: 'srv', data: [{ priority: priority ?? 0, weight: weight ?? 0, port: port ?? 0, target }] }
      );
    }
    case Type.MX: {
      const exchange = nameEndingAt(octets, start + 2, end);
      return exchange && { kind: 'mx', data: [{ preference: uint16At(octets, start), exchange }] };
    }
    case Type.SOA:
      return readSoa(octets, start, end);
    case Type.TXT:
    case Type.HINFO: {
      const strings = readStrings(octets, start, end);
      return strings && { kind: 'text', data: [strings] };
    }
    default: {
      const layout = layouts.get(type);
      const raw =
        layout === undefined ? new Uint8Array(octets.subarray(start, end)) : expandNames(octets, layout, start, end);
      return raw && { kind: 'raw', data: [raw] };
    }
  }
}

function nameEndingAt(octets: Uint8Array, start: number, end: number): Name | undefined {
  if (start >= end) return undefined;
  const read = readName(octets, start);
  return read?.end === end ? read.name : undefined;
}

function readSoa(octets: Uint8Array, start: number, end: number): RRsetData | undefined {
  const primary = readName(octets, start);
  const contact = primary && readName(octets, primary.end);
  if (primary === undefined || contact === undefined || contact.end + 20 !== end) return undefined;
  const number = (index: number): number => uint32At(octets, contact.end + 4 * index);
  const soa = {
    primary: primary.name,
    contact: contact.name,
    serial: number(0),
    refresh: number(1),
    retry: number(2),
    expire: number(3),
    minimum: number(4),
  };
  return { kind: 'soa', data: [soa] };
}

function readStrings(octets: Uint8Array, start: number, end: number): string[] | undefined {
  const strings: string[] = [];
  for (let at = start; at < end;) {
    const next = at + 1 + octetAt(octets, at);
    if (next > end) return undefined;
    strings.push(binaryString(octets, at + 1, next));
    at = next;
  }
  return strings.length === 0 ? undefined : strings;
}

/** Copies the data with every name written out, since its pointers would dangle in another message. */
function expandNames(
  octets: Uint8Array,
  layout: readonly (number | 'name' | 'text')[],
  start: number,
  end: number,
): Uint8Array | undefined {
  let text = '';
  let at = start;
  for (const part of layout) {
    if (part === 'name') {
      const read = readName(octets, at);
      if (read === undefined) return undefined;
      text += read.name;
      at = read.end;
    } else {
      const next = at + (part === 'text' ? 1 + octetAt(octets, at) : part);
      if (next > end) return undefined;
      text += binaryString(octets, at, next);
      at = next;
    }
  }
  return at === end ? Uint8Array.from(text, (char) => char.charCodeAt(0)) : undefined;
}

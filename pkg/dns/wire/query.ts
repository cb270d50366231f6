/**
 * Accepts or refuses an incoming message, in the order of rules S1 to S6 and S9. Never throws; linear in the size of
 * the message.
 */
import { Flag, HEADER_OCTETS, Rcode, Type } from './constants.ts';
import type { Edns } from './edns.ts';
import { readEdns } from './edns.ts';
import type { Name } from './name.ts';
import { lowerName } from './name.ts';
import { octetAt, uint16At, uint32At } from './octets.ts';
import { plainName, plainNameLength, readName, skipName } from './read-name.ts';

/** A question worth resolving. */
export interface Query {
  readonly kind: 'query';
  /** The message as received; replies copy the question from it, byte for byte (S14). */
  readonly octets: Uint8Array;
  readonly id: number;
  readonly flags: number;
  /** Spelled as the client spelled it. */
  readonly name: Name;
  /** Lower case, for comparison. */
  readonly key: Name;
  readonly type: number;
  readonly class: number;
  readonly questionEnd: number;
  readonly edns: Edns | undefined;
  /** IXFR only: the serial of the one SOA in the authority section. */
  readonly zoneSerial: number | undefined;
}

/** A message that gets an error and nothing else. */
export interface Refusal {
  readonly kind: 'refusal';
  readonly octets: Uint8Array;
  readonly id: number;
  readonly flags: number;
  readonly rcode: number;
  /** Where the echoed question ends, or 12 when the reply carries none. */
  readonly questionEnd: number;
  readonly edns: Edns | undefined;
}

/** Undefined means silence: too short to answer (S1), or itself an answer (S2). */
export type Accepted = Query | Refusal | undefined;

export function acceptQuery(octets: Uint8Array): Accepted {
  if (octets.length < HEADER_OCTETS) return undefined; // S1
  const id = uint16At(octets, 0);
  const flags = uint16At(octets, 2);
  if ((flags & Flag.QR) !== 0) return undefined; // S2
  if ((flags & Flag.OPCODE) !== 0) return refusal(octets, id, flags, Rcode.NOTIMP); // S3
  const answers = uint16At(octets, 6);
  const authorities = uint16At(octets, 8);
  const additionals = uint16At(octets, 10);
  if (uint16At(octets, 4) !== 1 || answers > 1 || authorities > 1 || additionals > 2) {
    return refusal(octets, id, flags, Rcode.FORMERR); // S4
  }
  const nameOctets = plainNameLength(octets, HEADER_OCTETS);
  const questionEnd = HEADER_OCTETS + nameOctets + 4;
  if (nameOctets === 0 || questionEnd > octets.length) return refusal(octets, id, flags, Rcode.FORMERR); // S5
  const rest =
    answers + authorities + additionals === 0
      ? NO_RECORDS
      : readRest(octets, questionEnd, answers, authorities, additionals);
  if (rest === undefined) return refusal(octets, id, flags, Rcode.FORMERR); // S5
  const type = uint16At(octets, questionEnd - 4);
  if (rest.edns !== undefined && rest.edns.version !== 0) {
    return refusal(octets, id, flags, Rcode.BADVERS, questionEnd, rest.edns); // S6
  }
  if (type === 0 || type === Type.OPT) {
    return refusal(octets, id, flags, Rcode.FORMERR, questionEnd, rest.edns); // S9
  }
  const name = plainName(octets, HEADER_OCTETS, nameOctets);
  return {
    kind: 'query',
    octets,
    id,
    flags,
    name,
    key: lowerName(name),
    type,
    class: uint16At(octets, questionEnd - 2),
    questionEnd,
    edns: rest.edns,
    zoneSerial: rest.zoneSerial,
  };
}

function refusal(
  octets: Uint8Array,
  id: number,
  flags: number,
  rcode: number,
  questionEnd = HEADER_OCTETS,
  edns?: Edns,
): Refusal {
  return { kind: 'refusal', octets, id, flags, rcode, questionEnd, edns };
}

interface Rest {
  readonly edns: Edns | undefined;
  readonly zoneSerial: number | undefined;
}

const NO_RECORDS: Rest = { edns: undefined, zoneSerial: undefined };

/** Walks the records behind the question; undefined when one is broken. */
function readRest(
  octets: Uint8Array,
  start: number,
  answers: number,
  authorities: number,
  additionals: number,
): Rest | undefined {
  let edns: Edns | undefined;
  let zoneSerial: number | undefined;
  let at = start;
  const count = answers + authorities + additionals;
  for (let index = 0; index < count; index++) {
    const owner = readName(octets, at);
    if (owner === undefined || owner.end + 10 > octets.length) return undefined;
    const end = owner.end + 10 + uint16At(octets, owner.end + 8);
    if (end > octets.length) return undefined;
    const type = uint16At(octets, owner.end);
    if (type === Type.OPT) {
      if (index < answers + authorities || edns !== undefined || octetAt(octets, at) !== 0) return undefined;
      edns = readEdns(octets, owner.end);
      if (edns === undefined) return undefined;
    } else if (type === Type.SOA && index >= answers && index < answers + authorities) {
      zoneSerial = readSerial(octets, owner.end + 10, end);
      if (zoneSerial === undefined) return undefined;
    }
    at = end;
  }
  return { edns, zoneSerial };
}

function readSerial(octets: Uint8Array, dataStart: number, dataEnd: number): number | undefined {
  const contact = skipName(octets, dataStart);
  if (contact < 0) return undefined;
  const numbers = skipName(octets, contact);
  return numbers < 0 || numbers + 20 !== dataEnd ? undefined : uint32At(octets, numbers);
}

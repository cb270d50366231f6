/** The parts every kind of reply has: header, echoed question, OPT record. */
import { Flag, HEADER_OCTETS, OPT_OCTETS, Type } from './constants.ts';
import { ednsTtl } from './edns.ts';
import type { MessageWriter } from './message-writer.ts';
import { putUint16, putUint32 } from './octets.ts';
import type { Query } from './query.ts';

export interface ReplyHead {
  readonly rcode: number;
  readonly authoritative: boolean;
  /** Set by whoever can resolve names outside the zones (S13). */
  readonly recursionAvailable: boolean;
  /** The records are known to be incomplete, for example because upstream cut them (C5). */
  readonly truncated?: boolean;
  readonly authenticData?: boolean;
}

/** Offsets of record counts in the header. */
export const ANSWER_COUNT = 6;
export const AUTHORITY_COUNT = 8;
export const ADDITIONAL_COUNT = 10;

/** Bits of the query that its reply repeats. */
export const COPIED_FLAGS = Flag.OPCODE | Flag.RD | Flag.CD;

/** Header and question, the latter byte for byte (S14). Counts of records start at zero. */
export function writeHead(
  target: Uint8Array,
  { id, octets }: Pick<Query, 'id' | 'octets'>,
  questionEnd: number,
  head: ReplyHead,
  copiedFlags: number,
): void {
  putUint16(target, 0, id);
  const flags =
    Flag.QR |
    copiedFlags |
    (head.authoritative ? Flag.AA : 0) |
    (head.truncated === true ? Flag.TC : 0) |
    (head.recursionAvailable ? Flag.RA : 0) |
    (head.authenticData === true ? Flag.AD : 0);
  putUint16(target, 2, flags | (head.rcode & Flag.RCODE));
  putUint16(target, 4, questionEnd > HEADER_OCTETS ? 1 : 0);
  for (let at = ANSWER_COUNT; at < HEADER_OCTETS; at++) target[at] = 0;
  for (let at = HEADER_OCTETS; at < questionEnd; at++) target[at] = octets[at] ?? 0;
}

/** The OPT record, last in the message (S18). */
export function writeOpt(writer: MessageWriter, dnssecOk: boolean, rcode: number, udpPayloadOctets: number): void {
  const { octets, at } = writer;
  octets[at] = 0;
  putUint16(octets, at + 1, Type.OPT);
  putUint16(octets, at + 3, udpPayloadOctets);
  putUint32(octets, at + 5, ednsTtl({ extendedRcode: rcode >>> 4, version: 0, dnssecOk }));
  putUint16(octets, at + 9, 0);
  writer.at += OPT_OCTETS;
  writer.addCount(ADDITIONAL_COUNT, 1);
}

import { CLASSIC_UDP_OCTETS, Flag, HEADER_OCTETS, MAX_MESSAGE_OCTETS, OPT_OCTETS, Type } from './constants.ts';
import { ednsTtl } from './edns.ts';
import { MessageWriter } from './message-writer.ts';
import { ROOT } from './name.ts';
import { putUint16, putUint32 } from './octets.ts';
import type { Query, Refusal } from './query.ts';
import type { RRset, Sections } from './rrset.ts';

export interface ReplyHead {
  readonly rcode: number;
  readonly authoritative: boolean;
  /** Set by whoever can resolve names outside the zones (S13). */
  readonly recursionAvailable: boolean;
  /** The records are known to be incomplete, for example because upstream cut them (C5). */
  readonly truncated?: boolean;
  readonly authenticData?: boolean;
}

export interface ReplyLimits {
  /** Octets the message may have, OPT included. */
  readonly octets: number;
  /** What the OPT record advertises. */
  readonly udpPayloadOctets: number;
}

/** How long a UDP reply may be: what the client takes, at least 512, and never more than `own` (S19). */
export function udpLimit(query: Pick<Query, 'edns'>, own: number): number {
  if (query.edns === undefined) return Math.min(CLASSIC_UDP_OCTETS, own);
  return Math.min(Math.max(query.edns.udpPayloadOctets, CLASSIC_UDP_OCTETS), own);
}

const ANSWER_COUNT = 6;
const AUTHORITY_COUNT = 8;
const ADDITIONAL_COUNT = 10;
const COPIED_FLAGS = Flag.OPCODE | Flag.RD | Flag.CD;

/** Encodes replies, one after the other, into buffers of the caller. */
export class ReplyWriter {
  readonly #writer = new MessageWriter();

  /**
   * Writes the reply to `query` at the start of `target`, which must have `limits.octets` octets, and returns its
   * length. Records that do not fit are dropped whole, from the end (S21); only a loss in the answer or authority
   * section sets TC (S22, S23).
   */
  write(target: Uint8Array, query: Query, head: ReplyHead, sections: Sections, limits: ReplyLimits): number {
    this.#begin(target, query, query.questionEnd, head, query.flags & COPIED_FLAGS);
    this.#writer.begin(target, query.questionEnd, query.name);
    const limit = Math.min(limits.octets, MAX_MESSAGE_OCTETS) - (query.edns === undefined ? 0 : OPT_OCTETS);
    const fits =
      this.#section(sections.answer, ANSWER_COUNT, query.class, limit) &&
      this.#section(sections.authority, AUTHORITY_COUNT, query.class, limit);
    if (fits) this.#section(sections.additional, ADDITIONAL_COUNT, query.class, limit);
    else target[2] = (target[2] ?? 0) | (Flag.TC >>> 8);
    if (query.edns !== undefined) this.#opt(query.edns.dnssecOk, head.rcode, limits.udpPayloadOctets);
    return this.#writer.at;
  }

  /** Writes the error that a refused message gets: never longer than the message by more than an OPT record. */
  writeRefusal(target: Uint8Array, refusal: Refusal, recursionAvailable: boolean, udpPayloadOctets: number): number {
    const head = { rcode: refusal.rcode, authoritative: false, recursionAvailable };
    const wholeQuestion = refusal.questionEnd > HEADER_OCTETS;
    const copied = wholeQuestion ? COPIED_FLAGS : Flag.OPCODE | Flag.RD;
    this.#begin(target, refusal, refusal.questionEnd, head, refusal.flags & copied);
    this.#writer.begin(target, refusal.questionEnd, ROOT);
    if (refusal.edns !== undefined) this.#opt(refusal.edns.dnssecOk, refusal.rcode, udpPayloadOctets);
    return this.#writer.at;
  }

  #begin(
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

  /** False when a record had to be left out. */
  #section(sets: readonly RRset[], countOffset: number, recordClass: number, limit: number): boolean {
    for (const set of sets) {
      const written = this.#writer.writeRRset(set, recordClass, limit);
      this.#writer.addCount(countOffset, written);
      if (written < set.data.length) return false;
    }
    return true;
  }

  #opt(dnssecOk: boolean, rcode: number, udpPayloadOctets: number): void {
    const { octets, at } = this.#writer;
    octets[at] = 0;
    putUint16(octets, at + 1, Type.OPT);
    putUint16(octets, at + 3, udpPayloadOctets);
    putUint32(octets, at + 5, ednsTtl({ extendedRcode: rcode >>> 4, version: 0, dnssecOk }));
    putUint16(octets, at + 9, 0);
    this.#writer.at += OPT_OCTETS;
    this.#writer.addCount(ADDITIONAL_COUNT, 1);
  }
}

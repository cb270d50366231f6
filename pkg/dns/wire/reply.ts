import { CLASSIC_UDP_OCTETS, Flag, HEADER_OCTETS, MAX_MESSAGE_OCTETS, OPT_OCTETS } from './constants.ts';
import { MessageWriter } from './message-writer.ts';
import { ROOT } from './name.ts';
import type { Query, Refusal } from './query.ts';
import type { ReplyHead } from './reply-parts.ts';
import { ADDITIONAL_COUNT, ANSWER_COUNT, AUTHORITY_COUNT, COPIED_FLAGS, writeHead, writeOpt } from './reply-parts.ts';
import type { RRset, Sections } from './rrset.ts';

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

/** Encodes replies, one after the other, into buffers of the caller. */
export class ReplyWriter {
  readonly #writer = new MessageWriter();

  /**
   * Writes the reply to `query` at the start of `target`, which must have `limits.octets` octets, and returns its
   * length. Records that do not fit are dropped whole, from the end (S21); only a loss in the answer or authority
   * section sets TC (S22, S23).
   */
  write(target: Uint8Array, query: Query, head: ReplyHead, sections: Sections, limits: ReplyLimits): number {
    writeHead(target, query, query.questionEnd, head, query.flags & COPIED_FLAGS);
    this.#writer.begin(target, query.questionEnd, query.name);
    const limit = Math.min(limits.octets, MAX_MESSAGE_OCTETS) - (query.edns === undefined ? 0 : OPT_OCTETS);
    const fits =
      this.#section(sections.answer, ANSWER_COUNT, query.class, limit) &&
      this.#section(sections.authority, AUTHORITY_COUNT, query.class, limit);
    if (fits) this.#section(sections.additional, ADDITIONAL_COUNT, query.class, limit);
    else target[2] = (target[2] ?? 0) | (Flag.TC >>> 8);
    if (query.edns !== undefined) writeOpt(this.#writer, query.edns.dnssecOk, head.rcode, limits.udpPayloadOctets);
    return this.#writer.at;
  }

  /** Writes the error that a refused message gets: never longer than the message by more than an OPT record. */
  writeRefusal(target: Uint8Array, refusal: Refusal, recursionAvailable: boolean, udpPayloadOctets: number): number {
    const head = { rcode: refusal.rcode, authoritative: false, recursionAvailable };
    const wholeQuestion = refusal.questionEnd > HEADER_OCTETS;
    const copied = wholeQuestion ? COPIED_FLAGS : Flag.OPCODE | Flag.RD;
    writeHead(target, refusal, refusal.questionEnd, head, refusal.flags & copied);
    this.#writer.begin(target, refusal.questionEnd, ROOT);
    if (refusal.edns !== undefined) writeOpt(this.#writer, refusal.edns.dnssecOk, refusal.rcode, udpPayloadOctets);
    return this.#writer.at;
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
}

/** Reads whole messages: what upstream servers send, and what tests receive. Never throws. */
import { HEADER_OCTETS, Type } from './constants.ts';
import type { Edns } from './edns.ts';
import { readEdns } from './edns.ts';
import type { Name } from './name.ts';
import { ROOT } from './name.ts';
import { uint16At, uint32At } from './octets.ts';
import { readRdata } from './rdata.ts';
import { readName } from './read-name.ts';
import type { RRset, Sections } from './rrset.ts';

export interface Message {
  readonly id: number;
  readonly flags: number;
  /** Extended response code: EDNS included. */
  readonly rcode: number;
  readonly question: Question | undefined;
  /** One set a record, in the order of the message; OPT is left out. */
  readonly sections: Sections;
  readonly edns: Edns | undefined;
  /** Where the TTL field of each record stands, OPT excepted: for ageing a stored message. */
  readonly ttlOffsets: readonly number[];
}

export interface Question {
  readonly name: Name;
  readonly type: number;
  readonly class: number;
  readonly end: number;
}

/** The message, or undefined when any part of it is broken or missing. Octets behind the last record are ignored. */
export function decodeMessage(octets: Uint8Array): Message | undefined {
  if (octets.length < HEADER_OCTETS || uint16At(octets, 4) > 1) return undefined;
  let question: Question | undefined;
  if (uint16At(octets, 4) === 1) {
    const read = readName(octets, HEADER_OCTETS);
    if (read === undefined || read.end + 4 > octets.length) return undefined;
    const [type, recordClass] = [uint16At(octets, read.end), uint16At(octets, read.end + 2)];
    question = { name: read.name, type, class: recordClass, end: read.end + 4 };
  }
  const reader = new RecordReader(octets, question?.end ?? HEADER_OCTETS);
  const answer = reader.section(uint16At(octets, 6));
  const authority = answer && reader.section(uint16At(octets, 8));
  const additional = authority && reader.section(uint16At(octets, 10));
  if (additional === undefined) return undefined;
  const flags = uint16At(octets, 2);
  return {
    id: uint16At(octets, 0),
    flags,
    rcode: (flags & 0xf) | ((reader.edns?.extendedRcode ?? 0) << 4),
    question,
    sections: { answer: answer ?? [], authority: authority ?? [], additional },
    edns: reader.edns,
    ttlOffsets: reader.ttlOffsets,
  };
}

class RecordReader {
  edns: Edns | undefined;
  readonly ttlOffsets: number[] = [];
  readonly #octets: Uint8Array;
  #at: number;

  constructor(octets: Uint8Array, at: number) {
    this.#octets = octets;
    this.#at = at;
  }

  section(count: number): RRset[] | undefined {
    const sets: RRset[] = [];
    for (let index = 0; index < count; index++) {
      const set = this.#record();
      if (set === undefined) return undefined;
      if (set !== 'opt') sets.push(set);
    }
    return sets;
  }

  #record(): RRset | 'opt' | undefined {
    const octets = this.#octets;
    const owner = readName(octets, this.#at);
    if (owner === undefined || owner.end + 10 > octets.length) return undefined;
    const dataStart = owner.end + 10;
    const dataEnd = dataStart + uint16At(octets, owner.end + 8);
    if (dataEnd > octets.length) return undefined;
    const type = uint16At(octets, owner.end);
    this.#at = dataEnd;
    if (type === Type.OPT) {
      if (this.edns !== undefined || owner.name !== ROOT) return undefined;
      this.edns = readEdns(octets, owner.end);
      return this.edns && 'opt';
    }
    const data = readRdata(octets, type, dataStart, dataEnd);
    if (data === undefined) return undefined;
    this.ttlOffsets.push(owner.end + 4);
    return { owner: owner.name, type, ttl: uint32At(octets, owner.end + 4), ...data };
  }
}

import { MAX_MESSAGE_OCTETS } from './constants.ts';
import type { Name } from './name.ts';
import { NameTable } from './name-table.ts';
import { putUint16, putUint32, uint16At } from './octets.ts';
import type { Octets, RRset, Soa } from './rrset.ts';

/**
 * Puts records into a buffer. Writing past the end of the buffer is harmless (typed arrays ignore it), so a record is
 * written first and judged afterwards: `writeRRset` takes back the one that crossed the limit.
 */
export class MessageWriter {
  octets = new Uint8Array(0);
  /** Offset of the next octet. */
  at = 0;
  readonly #names = new NameTable();

  /** Starts a message in `octets` whose question section is `question`, already in place up to `at`. */
  begin(octets: Uint8Array, at: number, question: Name): void {
    this.octets = octets as Uint8Array<ArrayBuffer>;
    this.at = at;
    this.#names.reset(question);
  }

  /** Writes records of the set from the one at `from` on, as many as end at or before `limit`; returns how many. */
  writeRRset(set: RRset, recordClass: number, limit: number, from = 0): number {
    const count = set.data.length;
    for (let index = from; index < count; index++) {
      const start = this.at;
      this.#writeNoted(set.owner);
      this.#writeUint16(set.type);
      this.#writeUint16(recordClass);
      this.#writeUint32(set.ttl);
      const data = this.at + 2;
      this.at = data;
      this.#writeData(set, index);
      const length = this.at - data;
      if (this.at > limit || length > MAX_MESSAGE_OCTETS) {
        this.at = start;
        return index - from;
      }
      putUint16(this.octets, data - 2, length);
    }
    return count - from;
  }

  #writeData(set: RRset, index: number): void {
    switch (set.kind) {
      case 'address':
        return this.#writeText(set.data[index] as Octets);
      case 'name':
        return this.#writeNoted(set.data[index] as Name);
      case 'srv': {
        const srv = set.data[index] as (typeof set.data)[number];
        this.#writeUint16(srv.priority);
        this.#writeUint16(srv.weight);
        this.#writeUint16(srv.port);
        return this.#writeWhole(srv.target);
      }
      case 'mx': {
        const mx = set.data[index] as (typeof set.data)[number];
        this.#writeUint16(mx.preference);
        return this.#writeNoted(mx.exchange);
      }
      case 'soa':
        return this.#writeSoa(set.data[index] as Soa);
      case 'text': {
        for (const text of set.data[index] as readonly string[]) {
          this.octets[this.at++] = text.length;
          this.#writeText(text);
        }
        return;
      }
      case 'raw': {
        const raw = set.data[index] as Uint8Array;
        if (this.at + raw.length <= this.octets.length) this.octets.set(raw, this.at);
        this.at += raw.length;
      }
    }
  }

  #writeSoa(soa: Soa): void {
    this.#writeName(soa.primary);
    this.#writeName(soa.contact);
    this.#writeUint32(soa.serial);
    this.#writeUint32(soa.refresh);
    this.#writeUint32(soa.retry);
    this.#writeUint32(soa.expire);
    this.#writeUint32(soa.minimum);
  }

  /** A name, ended by a pointer where some suffix of it stands in the message already. */
  #writeName(name: Name): void {
    this.#writeCut(name);
  }

  /** A name that later ones may point at. */
  #writeNoted(name: Name): void {
    const start = this.at;
    if (this.#writeCut(name) > 0) this.#names.note(name, start);
  }

  /** R10: a name without pointers, which later ones may point at. */
  #writeWhole(name: Name): void {
    const start = this.at;
    this.#writePrefix(name, name.length);
    this.#names.note(name, start);
  }

  #writeCut(name: Name): number {
    this.#names.find(name);
    const { cut, pointer } = this.#names;
    this.#writePrefix(name, cut);
    if (pointer >= 0) this.#writeUint16(0xc000 | pointer);
    return cut;
  }

  #writePrefix(text: string, length: number): void {
    for (let index = 0; index < length; index++) this.octets[this.at++] = text.charCodeAt(index);
  }

  #writeText(text: string): void {
    this.#writePrefix(text, text.length);
  }

  #writeUint16(value: number): void {
    putUint16(this.octets, this.at, value);
    this.at += 2;
  }

  #writeUint32(value: number): void {
    putUint32(this.octets, this.at, value);
    this.at += 4;
  }

  /** Adds to one of the four counts in the header. */
  addCount(offset: number, count: number): void {
    putUint16(this.octets, offset, uint16At(this.octets, offset) + count);
  }
}

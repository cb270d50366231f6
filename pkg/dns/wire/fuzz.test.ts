/** Hostile and random packets: FUZZ_PACKETS=1000000 for the long run, FUZZ_SEED to repeat one. */
import { describe, expect, it } from '@jest/globals';
import * as oracle from 'dns-packet';
import { HEADER_OCTETS, Type } from './constants.ts';
import type { Message } from './decode.ts';
import { decodeMessage } from './decode.ts';
import type { Name } from './name.ts';
import { nameText } from './name.ts';
import { acceptQuery } from './query.ts';
import { ReplyWriter } from './reply.ts';
import type { RRset } from './rrset.ts';
import { randomQuery, randomSet, wound } from './testdata/packets.ts';
import { Random } from './testdata/random.ts';

const packets = Number(process.env['FUZZ_PACKETS'] ?? 10_000);
const seed = Number(process.env['FUZZ_SEED'] ?? 20_260_601);

const writer = new ReplyWriter();
const scratch = new Uint8Array(4096);

function randomReply(random: Random, limit = 4096): { octets: Uint8Array; sets: RRset[] } {
  const query = acceptQuery(randomQuery(random));
  if (query?.kind !== 'query') throw new Error('own query refused');
  const some = (bound: number): RRset[] => Array.from({ length: random.below(bound) }, () => randomSet(random));
  const sections = { answer: some(6), authority: some(3), additional: some(6) };
  const head = { rcode: random.below(6), authoritative: random.chance(2), recursionAvailable: random.chance(2) };
  const length = writer.write(scratch, query, head, sections, { octets: limit, udpPayloadOctets: 1232 });
  return {
    octets: scratch.slice(0, length),
    sets: [...sections.answer, ...sections.authority, ...sections.additional],
  };
}

/** A record as the oracle prints it. */
function plain(set: RRset): unknown[] {
  const owner = nameText(set.owner).slice(0, -1);
  return [...set.data].map((_, index) => [owner, set.type, set.ttl, plainData(set, index)]);
}

function plainData(set: RRset, index: number): unknown {
  const dotless = (name: unknown): string => nameText(name as Name).slice(0, -1);
  const numbers = (text: string | undefined): number[] => Array.from(text ?? '', (char) => char.charCodeAt(0));
  switch (set.kind) {
    case 'address':
      return numbers(set.data[index]);
    case 'name':
      return dotless(set.data[index]);
    case 'srv':
      return set.data.map(({ target, ...rest }) => ({ ...rest, target: dotless(target) }))[index];
    case 'mx':
      return set.data.map((mx) => ({ preference: mx.preference, exchange: dotless(mx.exchange) }))[index];
    case 'soa':
      return set.data.map(({ primary, contact, ...rest }) => ({
        ...rest,
        mname: dotless(primary),
        rname: dotless(contact),
      }))[index];
    case 'text':
      return set.data[index]?.map(numbers);
    case 'raw':
      return [...(set.data[index] ?? [])];
  }
}

const numberOfType = new Map(Object.entries(Type) as [string, number][]);

function plainOracle(record: oracle.PacketRecord): unknown {
  const value = (): unknown => {
    switch (record.type) {
      case 'A':
        return (record.data as string).split('.').map(Number);
      case 'AAAA':
        return hextets(record.data as string).flatMap((group) => [group >> 8, group & 255]);
      case 'TXT':
        return (record.data as Uint8Array[]).map((text) => [...text]);
      default:
        return record.data;
    }
  };
  return [record.name, numberOfType.get(record.type), record.ttl, value()];
}

/** Of other types, and of options, the oracle has opinions that we do not need. */
function understood({ sections, edns }: Message): boolean {
  const sets = [...sections.answer, ...sections.authority, ...sections.additional];
  return edns === undefined && sets.every(({ kind }) => kind !== 'raw');
}

function hextets(text: string): number[] {
  const [left = '', right] = text.split('::');
  const groups = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  if (right === undefined) return groups(left);
  const [head, tail] = [groups(left), groups(right)];
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail];
}

/** Deep comparison by text first: a matcher call for each of a million packets would take most of the time. */
function expectSame(got: unknown, wanted: unknown): void {
  if (JSON.stringify(got) !== JSON.stringify(wanted)) expect(got).toEqual(wanted);
}

describe(`${packets} packets from seed ${seed}`, () => {
  it('what we write, dns-packet reads', () => {
    const random = new Random(seed);
    for (let count = 0; count < packets / 4; count++) {
      const { octets, sets } = randomReply(random);
      const packet = oracle.decode(Buffer.from(octets));
      const records = [...(packet.answers ?? []), ...(packet.authorities ?? []), ...(packet.additionals ?? [])];
      const theirs = records.filter((record) => record.type !== 'OPT').map(plainOracle);
      expectSame(theirs, sets.flatMap(plain));
    }
  });

  it('what we write, we read back, cut to any size', () => {
    const random = new Random(seed + 1);
    for (let count = 0; count < packets / 4; count++) {
      const limit = 300 + random.below(1000);
      const { octets, sets } = randomReply(random, limit);
      const message = decodeMessage(octets);
      if (message === undefined || octets.length > limit) throw new Error(`unreadable: ${octets.join(' ')}`);
      const { answer, authority, additional } = message.sections;
      const read = [...answer, ...authority, ...additional].flatMap(plain);
      expectSame(read, sets.flatMap(plain).slice(0, read.length));
    }
  });

  it('what dns-packet writes, we read', () => {
    const random = new Random(seed + 2);
    for (let count = 0; count < packets / 8; count++) {
      const { octets, sets } = randomReply(random);
      const rewritten = oracle.encode(oracle.decode(Buffer.from(octets)));
      const sections = decodeMessage(rewritten)?.sections;
      if (sections === undefined) throw new Error(`refused: ${rewritten.join(' ')}`);
      const read = [...sections.answer, ...sections.authority, ...sections.additional].flatMap(plain);
      expectSame(read, sets.flatMap(plain));
    }
  });

  it('wounded packets never throw, and what is accepted, dns-packet accepts', () => {
    const random = new Random(seed + 3);
    let accepted = 0;
    for (let count = 0; count < packets; count++) {
      const healthy = random.chance(2) ? randomQuery(random) : randomReply(random).octets;
      const octets = wound(random, healthy);
      const query = acceptQuery(octets);
      const message = decodeMessage(octets);
      if (message !== undefined && understood(message)) oracle.decode(Buffer.from(octets));
      if (query === undefined) continue;
      const length =
        query.kind === 'query'
          ? writer.write(scratch, query, { rcode: 3, authoritative: true, recursionAvailable: true }, NOTHING, LIMITS)
          : writer.writeRefusal(scratch, query, true, 1232);
      if (query.kind === 'query') accepted += 1;
      else if (query.questionEnd === HEADER_OCTETS) expectSame(length, HEADER_OCTETS);
      const reply = decodeMessage(scratch.slice(0, length));
      if (reply?.id !== query.id) throw new Error(`bad reply to ${octets.join(' ')}`);
    }
    expect(accepted).toBeGreaterThan(packets / 50);
  });
});

const NOTHING = { answer: [], authority: [], additional: [] };
const LIMITS = { octets: 512, udpPayloadOctets: 1232 };

/** Packets that are no ordinary questions, to both servers: what code comes back, if anything does. */
import assert from 'node:assert/strict';
import { encodeQuery, parseName, ROOT, Type } from '../../pkg/dns/wire/index.ts';
import type { Check } from '../suite.ts';
import { Asker } from './asker.ts';
import { replyOf, SILENCE } from './reply.ts';
import type { DnsProcess } from './servers.ts';

interface Packet {
  readonly about: string;
  readonly octets: Uint8Array;
  readonly ours: number;
  /** Where CoreDNS says something else. */
  readonly theirs?: number;
}

const [NOERROR, FORMERR, NXDOMAIN, NOTIMP, REFUSED, BADVERS] = [0, 1, 3, 4, 5, 16];
let nextId = 1;

function query(more: object = {}, text = 'kubernetes.default.svc.cluster.local'): Uint8Array {
  return encodeQuery({ id: nextId++, name: parseName(text) ?? ROOT, type: Type.A, ...more });
}

/** The octets with one of them changed. */
function patched(octets: Uint8Array, at: number, value: number): Uint8Array {
  octets[at] = value;
  return octets;
}

const edns = { udpPayloadOctets: 1232, dnssecOk: false };
const versionAt = query({ edns }).length - 5;

const packets: readonly Packet[] = [
  { about: 'Q147: no OPT', octets: query(), ours: NOERROR },
  { about: 'Q148: OPT of version 1', octets: patched(query({ edns }), versionAt, 1), ours: BADVERS },
  { about: 'Q154: AXFR over UDP', octets: query({ type: 252 }, 'cluster.local'), ours: REFUSED },
  {
    about: 'Q159 K19: class CH',
    octets: query({ class: 3, type: Type.TXT }, 'version.bind'),
    ours: REFUSED,
    theirs: NXDOMAIN,
  },
  { about: 'Q160: UPDATE', octets: patched(query(), 2, 5 << 3), ours: NOTIMP },
  { about: 'Q161: STATUS', octets: patched(query(), 2, 2 << 3), ours: NOTIMP },
  { about: 'K20: NOTIFY', octets: patched(query(), 2, 4 << 3), ours: NOTIMP, theirs: NOERROR },
  { about: 'Q162: no question', octets: query().slice(0, 12).fill(0, 5, 6), ours: FORMERR },
  { about: 'Q163: two questions', octets: patched(query(), 5, 2), ours: FORMERR },
  { about: 'Q164: eleven octets', octets: query().slice(0, 11), ours: SILENCE },
  { about: 'Q165: an answer', octets: patched(query(), 2, 0x80), ours: SILENCE },
  { about: 'Q166: a name that points at itself', octets: pointer(), ours: FORMERR },
  { about: 'Q167: a label of an unknown kind', octets: patched(query(), 12, 0x40), ours: FORMERR },
];

function pointer(): Uint8Array {
  const octets = query({}, 'a');
  octets[12] = 0xc0;
  octets[13] = 12;
  return octets;
}

export async function comparePackets(
  check: Check,
  theirs: Pick<DnsProcess, 'port'>,
  ours: Pick<DnsProcess, 'port'>,
): Promise<void> {
  await using their = await Asker.udp(theirs.port);
  await using own = await Asker.udp(ours.port);
  await Promise.all(
    packets.map(async (packet) => {
      const [theirCode, ownCode] = await Promise.all(
        [their, own].map(async (asker) => replyOf(await asker.exchange(packet.octets)).rcode),
      );
      await check(`packet ${packet.about}`, () =>
        assert.deepEqual(
          { ours: ownCode, theirs: theirCode },
          { ours: packet.ours, theirs: packet.theirs ?? packet.ours },
        ),
      );
    }),
  );
}

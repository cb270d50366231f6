/** Hostile packets against a whole server, without sockets: FUZZ_PACKETS and FUZZ_SEED as for the codec. */
import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../clock/index.ts';
import { silentLogger } from '../../logging/logger.ts';
import { harbor, harborOptions, indexOf } from '../records/testdata/harbor.ts';
import type { Name } from '../wire/index.ts';
import { decodeMessage, encodeQuery, Flag, nameOf, parseName, ROOT } from '../wire/index.ts';
import { randomQuery, wound } from '../wire/testdata/packets.ts';
import { Random } from '../wire/testdata/random.ts';
import { Answerer } from './answerer.ts';
import type { Client } from './client.ts';
import { DnsMetrics } from './dns-metrics.ts';
import { bareAnswer } from './outside.ts';
import { Responder } from './responder.ts';
import { SearchPath } from './search-path.ts';
import { makeTransfer } from './transfer.ts';

const packets = Number(process.env['FUZZ_PACKETS'] ?? 10_000);
const seed = Number(process.env['FUZZ_SEED'] ?? 20_260_602);
const index = indexOf(harbor(), harborOptions);
const metrics = new DnsMetrics();
const responder = new Responder({
  answerer: new Answerer({
    index,
    outside: { resolve: () => bareAnswer(3, 'forward') },
    searchPath: new SearchPath({ hostSearch: ['example.com'] }, index),
    chaos: new Map([[parseName('version.bind') ?? ROOT, 'x'.repeat(200)]]),
  }),
  transfer: makeTransfer({ 'cluster.local': ['10.1.0.0/16'] }, index, {
    udpPayloadOctets: 1232,
    recursionAvailable: true,
  }),
  recursionAvailable: true,
  random: Math.random,
  clock: systemClock,
  log: silentLogger,
  metrics,
  udpPayloadOctets: 1232,
});

const LABELS =
  'web shop svc SVC pod dns ns cluster local db db-0 big ext alias ring-a _http _tcp _ 10-1-1-11 in-addr arpa ip6 10 96 7 1 dns-version a.b \0 ÿ'.split(
    ' ',
  );

/** Names near those that exist: labels that mean something, in any order, often with a zone behind. */
function nearName(random: Random): Name {
  const labels = Array.from({ length: random.below(7) }, () => random.pick(LABELS));
  const zone = random.pick(['cluster.local', 'svc.cluster.local', 'shop.svc.cluster.local', '10.in-addr.arpa', '.']);
  return nameOf(labels, parseName(zone) ?? ROOT) ?? ROOT;
}

function nearQuery(random: Random): Uint8Array {
  const type = random.pick([1, 28, 33, 12, 6, 2, 5, 16, 255, 251, 252, 65, 65_280, random.below(65_536)]);
  const edns = { udpPayloadOctets: random.below(5000), dnssecOk: random.chance(2) };
  const id = random.below(65_536);
  return encodeQuery({
    id,
    name: nearName(random),
    type,
    class: random.pick([1, 1, 1, 3, 255]),
    ...(random.chance(2) && { edns }),
  });
}

describe(`${packets} packets from seed ${seed}`, () => {
  it('S5 S11: each is answered with something readable that fits, or not at all, and none ends in an exception', async () => {
    const random = new Random(seed);
    const target = new Uint8Array(65_535);
    let answered = 0;
    for (let count = 0; count < packets; count++) {
      const healthy = random.chance(4) ? randomQuery(random) : nearQuery(random);
      const octets = random.chance(2) ? wound(random, healthy) : healthy;
      const protocol = random.pick(['udp', 'tcp'] as const);
      const client: Client = { address: '10.1.1.11', family: 'IPv4', protocol };
      const reply = responder.respond(octets, client, target);
      const messages =
        typeof reply === 'number'
          ? reply === 0
            ? []
            : [target.slice(0, reply)]
          : reply instanceof Promise
            ? [await reply]
            : [...reply];
      for (const message of messages) {
        const decoded = decodeMessage(message);
        const isReply = decoded !== undefined && (decoded.flags & Flag.QR) !== 0;
        const limit = protocol === 'udp' ? 1232 : 65_535;
        const isSmallError = decoded?.question !== undefined || message.length <= octets.length;
        if (!isReply || message.length > limit || !isSmallError) throw new Error(`bad reply to ${octets.join(' ')}`);
        answered += 1;
      }
    }
    expect(metrics.panics.value).toBe(0);
    expect(answered).toBeGreaterThan(packets / 2);
  });
});

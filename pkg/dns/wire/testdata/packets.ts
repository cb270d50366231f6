/** Names, records and packets that look like traffic, and wounds that look like attacks. */
import { Type } from '../constants.ts';
import { encodeQuery } from '../encode-query.ts';
import { nameOf, ROOT } from '../name.ts';
import type { RRset } from '../rrset.ts';
import type { Random } from './random.ts';

export function randomName(random: Random): ReturnType<typeof nameOf> & string {
  const labels = Array.from({ length: 1 + random.below(5) }, () =>
    random.pick(['web', 'shop', 'SVC', 'cluster', 'a', '_http', '_tcp', '10-1-2-3', 'x'.repeat(20)]),
  );
  return nameOf(labels) ?? ROOT;
}

export function randomSet(random: Random): RRset {
  const head = { owner: randomName(random), ttl: random.below(86_400) };
  const octets = (count: number): string =>
    Array.from({ length: count }, () => String.fromCharCode(random.below(256))).join('');
  switch (random.below(8)) {
    case 0:
      return { ...head, type: Type.AAAA, kind: 'address', data: [octets(16), octets(16)] };
    case 1:
      return { ...head, type: Type.CNAME, kind: 'name', data: [randomName(random)] };
    case 2:
      return { ...head, type: Type.PTR, kind: 'name', data: [randomName(random), randomName(random)] };
    case 3:
      return {
        ...head,
        type: Type.SRV,
        kind: 'srv',
        data: [{ priority: 0, weight: 1, port: random.below(65_536), target: randomName(random) }],
      };
    case 4:
      return { ...head, type: Type.TXT, kind: 'text', data: [[octets(random.below(9)), octets(3)]] };
    case 5:
      return { ...head, type: Type.MX, kind: 'mx', data: [{ preference: 5, exchange: randomName(random) }] };
    case 6: {
      const [serial, refresh, retry, expire, minimum] = [random.below(2 ** 32), 1, 2, 3, 4];
      const soa = { primary: randomName(random), contact: randomName(random), serial, refresh, retry, expire, minimum };
      return { ...head, type: Type.SOA, kind: 'soa', data: [soa] };
    }
    default:
      return { ...head, type: Type.A, kind: 'address', data: [octets(4)] };
  }
}

export function randomQuery(random: Random): Uint8Array {
  return encodeQuery({
    id: random.below(65_536),
    name: randomName(random),
    type: random.pick([1, 28, 33, 12, 6, 2, 255, 65, 65_280]),
    recursionDesired: random.chance(2),
    ...(random.chance(2) && { edns: { udpPayloadOctets: random.below(65_536), dnssecOk: random.chance(2) } }),
  });
}

/** One or a few random wounds: flipped octets, cuts, pointers, inflated counts, repeated pieces. */
export function wound(random: Random, healthy: Uint8Array): Uint8Array {
  let octets = healthy.slice();
  for (let wounds = 1 + random.below(4); wounds > 0 && octets.length > 0; wounds--) {
    const at = random.below(octets.length);
    switch (random.below(6)) {
      case 0:
        octets = octets.slice(0, at);
        break;
      case 1:
        octets[at] = 0xc0 | random.below(2);
        octets[at + 1] = random.below(256);
        break;
      case 2:
        octets[4 + random.below(8)] = random.below(4);
        break;
      case 3:
        octets = Uint8Array.from([...octets.slice(0, at), ...octets.slice(random.below(octets.length))]);
        break;
      default:
        octets[at] = random.below(256);
    }
  }
  return octets;
}

import { isIP } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  canonicalIp,
  type Cidr,
  cidrBounds,
  cidrContains,
  cidrCovers,
  cidrSize,
  cidrsOverlap,
  compareIps,
  familyBits,
  formatCidr,
  formatIp,
  inRange,
  type Ip,
  type IpFamily,
  ipNumber,
  ipOfNumber,
  ipv4,
  ipv6,
  maskPrefix,
  parseCidr,
  parseIp,
  parseIpTolerant,
  parsePrefix,
  rangeSize,
  sameIp,
  unmapped,
  usableRange,
} from './index.ts';

const v4: fc.Arbitrary<Ip> = fc.integer({ min: 0, max: 2 ** 32 - 1 }).map(ipv4);
/** Groups of zero are common, so that every shape of `::` occurs. */
const v6: fc.Arbitrary<Ip> = fc
  .array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), { minLength: 8, maxLength: 8 })
  .map((groups) => ipv6(groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n)));
const ip = fc.oneof(v4, v6);
const cidr: fc.Arbitrary<Cidr> = ip.chain((address) =>
  fc.integer({ min: 0, max: familyBits(address.family) }).map((bits) => maskPrefix({ address, bits })),
);

describe('addresses', () => {
  it('survive printing and reading', () => {
    fc.assert(
      fc.property(ip, (address) => {
        expect(parseIp(formatIp(address))).toEqual(address);
        expect(parseIpTolerant(formatIp(address))).toEqual(unmapped(address));
        expect(ipOfNumber(address.family, ipNumber(address))).toEqual(address);
      }),
    );
  });

  it('print as text that Node takes for the same family', () => {
    fc.assert(fc.property(ip, (address) => isIP(formatIp(address)) === (address.family === 'IPv4' ? 4 : 6)));
  });

  it('print IPv6 as the WHATWG URL does, outside the mapped range', () => {
    fc.assert(
      fc.property(v6, (address) => {
        if (unmapped(address).family === 'IPv4') return;
        expect(`[${formatIp(address)}]`).toBe(new URL(`http://[${formatIp(address)}]/`).hostname);
      }),
    );
  });

  it('are accepted strictly exactly when Node accepts them, zones aside', () => {
    const text = fc.oneof(
      fc.stringMatching(/^[0-9a-fA-F:.]{0,24}$/),
      fc
        .array(fc.constantFrom('0', '1', '00', '255', '256', '.', ':', '::', 'ffff', 'db8', '%0', ' '), {
          maxLength: 12,
        })
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (candidate) => {
        expect(parseIp(candidate) !== undefined).toBe(isIP(candidate) !== 0 && !candidate.includes('%'));
      }),
      { numRuns: 3000 },
    );
  });

  it('never make a reader throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const read of [parseIp, parseIpTolerant, parsePrefix, parseCidr, canonicalIp])
          expect(() => read(text)).not.toThrow();
      }),
    );
  });

  it('are totally ordered, IPv4 first', () => {
    fc.assert(
      fc.property(ip, ip, (a, b) => {
        expect(Math.sign(compareIps(a, b)) + Math.sign(compareIps(b, a))).toBe(0);
        expect(compareIps(a, b) === 0).toBe(sameIp(a, b));
      }),
    );
    expect(compareIps(ipv4(9), ipv6(1n))).toBe(-1);
  });
});

describe('networks', () => {
  it('survive printing and reading', () => {
    fc.assert(
      fc.property(cidr, (network) => {
        const text = formatCidr(network);
        // A mapped network wider than /96 prints in IPv6 form again; every canonical text reads back.
        expect(parseCidr(text)).toEqual(network);
      }),
    );
  });

  it('contain exactly the addresses between their bounds', () => {
    fc.assert(
      fc.property(cidr, ip, (network, address) => {
        const { first, last } = cidrBounds(network);
        const between = address.family === network.family && ipNumber(address) >= first && ipNumber(address) <= last;
        expect(cidrContains(network, address)).toBe(between);
        expect(last - first + 1n).toBe(cidrSize(network));
      }),
    );
  });

  it('cover and overlap as their bounds say', () => {
    fc.assert(
      fc.property(cidr, cidr, fc.nat(12), (a, other, wider) => {
        // Half of the pairs are related by construction.
        const b = wider < 7 ? maskPrefix({ address: a.network, bits: Math.max(0, a.bits - wider) }) : other;
        const [p, q] = [cidrBounds(a), cidrBounds(b)];
        const same = a.family === b.family;
        expect(cidrCovers(b, a)).toBe(same && q.first <= p.first && p.last <= q.last);
        expect(cidrsOverlap(a, b)).toBe(same && q.first <= p.last && p.first <= q.last);
      }),
    );
  });

  it('A20: leave out network and broadcast for IPv4, the router address for IPv6', () => {
    const sizes = (family: IpFamily, bits: number): bigint | undefined => {
      const range = usableRange(maskPrefix({ address: ipOfNumber(family, 10n << 24n), bits }));
      return range === undefined ? undefined : rangeSize(range);
    };
    expect([8, 16, 24, 28, 30, 31, 32].map((bits) => sizes('IPv4', bits))).toEqual([
      2n ** 24n - 2n,
      65_534n,
      254n,
      14n,
      2n,
      undefined,
      undefined,
    ]);
    expect([48, 63, 64, 108, 112, 126, 127, 128].map((bits) => sizes('IPv6', bits))).toEqual([
      undefined,
      undefined,
      2n ** 64n - 1n,
      2n ** 20n - 1n,
      65_535n,
      3n,
      1n,
      undefined,
    ]);
    const range = usableRange({ family: 'IPv4', network: ipv4(0x0a600000), bits: 24 });
    expect(range).toEqual({ first: 0x0a600001n, last: 0x0a6000fen });
    expect(range !== undefined && inRange(range, 0x0a6000ffn)).toBe(false);
  });
});

/** Differential: every text of testdata is read and printed the way Go does (DI1–DI3). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { formatIp, parseIp, parseIpTolerant } from './address.ts';
import { formatCidr, maskPrefix, parseCidr, parsePrefix, parsePrefixTolerant } from './cidr.ts';
import { isLinkLocalMulticast, isLinkLocalUnicast, isLoopback, isMulticast, isUnspecified } from './kinds.ts';

type Text = string | null;
interface Readings {
  ips: [text: string, strict: Text, tolerant: Text, kinds?: string][];
  cidrs: [text: string, strict: Text, masked: Text, tolerant: Text, host: Text, width: number | null][];
}
const lines = (name: string): unknown[] =>
  readFileSync(join(import.meta.dirname, 'testdata', name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
const readings = { ips: lines('go-ips.jsonl'), cidrs: lines('go-cidrs.jsonl') } as Readings;

const kindsOf = (text: string): string | undefined => {
  const ip = parseIpTolerant(text);
  if (ip === undefined) return undefined;
  return (
    (isUnspecified(ip) ? 'u' : '') +
    (isLoopback(ip) ? 'l' : '') +
    (isLinkLocalUnicast(ip) ? 'L' : '') +
    (isLinkLocalMulticast(ip) ? 'm' : '') +
    (isMulticast(ip) ? 'M' : '')
  );
};

describe('addresses as Go reads them', () => {
  it('reads every text alike', () => {
    const ours = readings.ips.map(([text]) => {
      const strict = parseIp(text);
      const tolerant = parseIpTolerant(text);
      const kinds = kindsOf(text);
      return [
        text,
        strict === undefined ? null : formatIp(strict),
        tolerant === undefined ? null : formatIp(tolerant),
        ...(kinds === undefined ? [] : [kinds]),
      ];
    });
    expect(ours).toEqual(readings.ips);
  });

  it('reads every CIDR alike', () => {
    const ours = readings.cidrs.map(([text]) => {
      const strict = parsePrefix(text);
      const tolerant = parsePrefixTolerant(text);
      return [
        text,
        strict === undefined ? null : `${formatIp(strict.address)}/${strict.bits}`,
        strict === undefined ? null : formatCidr(maskPrefix(strict)),
        tolerant === undefined ? null : formatCidr(tolerant.network),
        tolerant === undefined ? null : formatIp(tolerant.address),
        tolerant === undefined ? null : tolerant.width,
      ];
    });
    expect(ours).toEqual(readings.cidrs);
  });

  it('takes as canonical exactly the CIDRs that print as themselves', () => {
    for (const [text, , masked] of readings.cidrs)
      expect([text, parseCidr(text) !== undefined]).toEqual([text, masked === text]);
  });
});

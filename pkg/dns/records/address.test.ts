import { describe, expect, it } from '@jest/globals';
import { parsePrefix, maskPrefix } from '../../ip/index.ts';
import { nameText } from '../wire/index.ts';
import {
  addressText,
  dashedAddress,
  parseAddress,
  parseReverse,
  reverseNameOf,
  undashedAddress,
  wholeAddress,
} from './address.ts';
import { coversAddress, reverseZonesOfCidr } from './reverse-zone.ts';

describe('addresses', () => {
  it.each(['10.1.2.3', '0.0.0.0', 'fd00:1::7', '::', '::1'])('%s survives every form', (text) => {
    const octets = parseAddress(text) ?? '';
    expect(addressText(octets)).toBe(text);
    const labels = nameText(reverseNameOf(octets)).slice(0, -1).split('.');
    const prefix = parseReverse(labels);
    expect(prefix && wholeAddress(prefix)).toBe(octets);
  });

  it.each([
    ['10.1.2.3', '10-1-2-3'],
    ['fd00:1::7', 'fd00-1--7'],
    ['fd00::', 'fd00--0'],
  ])('H3 dashes %s', (text, dashed) => {
    expect(dashedAddress(text)).toBe(dashed);
  });

  it.each([
    ['10-1-2-3', '10.1.2.3'],
    ['fd00-1--7', 'fd00:1::7'],
    ['fd00--0', 'fd00::'],
    ['--1', '::1'],
    ['1-2-3-4-5-6-7-8', '1:2:3:4:5:6:7:8'],
    ['10-1-2', undefined],
    ['10-1-2-03', undefined],
    ['10-1-2-256', undefined],
    ['10--1-2-3', '10::1:2:3'],
    ['blah', undefined],
    ['', undefined],
  ])('D1 reads %s', (label, text) => {
    const octets = undashedAddress(label);
    expect(octets && addressText(octets)).toBe(text);
  });

  it.each([
    '256.in-addr.arpa',
    '01.in-addr.arpa',
    '1.2.3.4.5.in-addr.arpa',
    'x.ip6.arpa',
    '10.ip6.arpa',
    '1.example.com',
  ])('P4 takes %s for no address', (text) => {
    expect(parseReverse(text.split('.'))).toBeUndefined();
  });
});

describe('P10 reverse zones of a CIDR', () => {
  const zones = (text: string): string[] => {
    const prefix = parsePrefix(text);
    return prefix === undefined ? [] : reverseZonesOfCidr(maskPrefix(prefix), false).map((zone) => zone.text);
  };

  it('is one zone at an octet or nibble boundary', () => {
    expect(zones('10.96.0.0/16')).toEqual(['96.10.in-addr.arpa.']);
    expect(zones('fd00:96::/20')).toEqual(['0.0.0.d.f.ip6.arpa.']);
    expect(zones('0.0.0.0/0')).toEqual(['in-addr.arpa.']);
  });

  it('is several zones in between', () => {
    expect(zones('10.96.0.0/14')).toEqual([96, 97, 98, 99].map((octet) => `${octet}.10.in-addr.arpa.`));
    expect(zones('fd00::/11')).toEqual(['0.d.f.ip6.arpa.', '1.d.f.ip6.arpa.']);
  });

  it('never makes a zone of a single address, and keeps the rest of the zone out', () => {
    const [zone] = reverseZonesOfCidr(maskPrefix(parsePrefix('10.0.0.128/25') ?? NEVER), true);
    expect(zone?.text).toBe('0.0.10.in-addr.arpa.');
    expect(
      [127, 128, 255].map((last) => zone && coversAddress(zone, { family: 'IPv4', parts: [10, 0, 0, last] })),
    ).toEqual([false, true, true]);
    expect(zones('10.0.0.1/32')).toEqual(['0.0.10.in-addr.arpa.']);
  });
});

const NEVER: never = undefined as never;

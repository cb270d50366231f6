import { isIPv4, isIPv6 } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { assert, constantFrom, ipV4, ipV6, oneof, pre, property, string } from 'fast-check';
import { parseAddress } from './address.ts';

describe('parseAddress', () => {
  it('agrees with Node on what an address is, zones and leading zeros apart', () => {
    const text = oneof(ipV4(), ipV6(), string({ unit: constantFrom(...'0123456789abcdef:.'.split('')) }));
    assert(
      property(text, (candidate) => {
        const strict = isIPv4(candidate) || isIPv6(candidate);
        const sloppy = candidate.split('.').some((part) => /^0\d/.test(part) || /:0\d{1,2}$/.test(part));
        pre(!sloppy);
        expect(parseAddress(candidate) !== undefined).toBe(strict);
      }),
    );
  });

  it('prints what it reads back to the same address', () => {
    assert(
      property(oneof(ipV4(), ipV6()), (text) => {
        const address = parseAddress(text);
        expect(parseAddress(address?.text ?? '')).toEqual(address);
      }),
    );
  });
});

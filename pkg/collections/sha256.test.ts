import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { assert, property, string } from 'fast-check';
import { base32Prefix } from './base32.ts';
import { sha256 } from './sha256.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('sha256', () => {
  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
  ])('knows the standard answer for %j', (text, digest) => {
    expect(hex(sha256(text))).toBe(digest);
  });

  it('agrees with node:crypto on any text, block borders included', () => {
    const oracle = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
    for (let length = 50; length < 140; length++)
      expect(hex(sha256('x'.repeat(length)))).toBe(oracle('x'.repeat(length)));
    assert(property(string({ unit: 'grapheme' }), (text) => expect(hex(sha256(text))).toBe(oracle(text))));
  });
});

describe('base32Prefix', () => {
  it('knows the RFC 4648 answer', () => {
    expect(base32Prefix(new TextEncoder().encode('foobar'), 9)).toBe('MZXW6YTBO');
    expect(base32Prefix(new TextEncoder().encode('fooba'), 8)).toBe('MZXW6YTB');
  });

  it('refuses to invent characters', () => {
    expect(() => base32Prefix(new Uint8Array(4), 7)).toThrow(RangeError);
  });
});

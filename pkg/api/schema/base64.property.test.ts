import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { canonicalBase64, decodeBase64, encodeBase64 } from './base64.ts';
import { DecodeError } from './decode-error.ts';

describe('base64', () => {
  it('encodes like Node and decodes what it encodes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        expect(encodeBase64(bytes)).toBe(text);
        expect(canonicalBase64(text)).toBe(text);
        expect([...decodeBase64(text)]).toEqual([...bytes]);
      }),
    );
  });

  it('gives canonical text or a DecodeError for any text', () => {
    const letters = fc.constantFrom('A', 'b', '7', '+', '/', '=', '\n', '\r', '-', ' ', 'é');
    fc.assert(
      fc.property(fc.string({ unit: letters, maxLength: 14 }), (text) => {
        let canonical: string;
        try {
          canonical = canonicalBase64(text);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
          return;
        }
        expect(Buffer.from(decodeBase64(text)).toString('base64')).toBe(canonical);
        expect(canonicalBase64(canonical)).toBe(canonical);
      }),
      { numRuns: 500 },
    );
  });
});

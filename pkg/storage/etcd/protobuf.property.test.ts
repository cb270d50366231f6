import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { MessageWriter, readMessage } from './protobuf.ts';
import { trustsProgress } from './version.ts';

describe('the wire format', () => {
  it('gives back every number and text, and skips what nobody asks for', () => {
    const field = fc.oneof(
      fc.record({ id: fc.integer({ min: 1, max: 500 }), number: fc.maxSafeNat().map((n) => n + 1) }),
      fc.record({
        id: fc.integer({ min: 1, max: 500 }),
        text: fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }),
      }),
    );
    fc.assert(
      fc.property(fc.array(field), (fields) => {
        const writer = new MessageWriter();
        for (const each of fields) {
          if ('number' in each) writer.int(each.id, each.number);
          else writer.bytes(each.id, each.text);
        }
        const read: unknown[] = [];
        const message = writer.finish();
        readMessage(message, {
          int: (id, number) => read.push({ id, number }),
          bytes: (id, bytes) => read.push({ id, text: bytes.toString() }),
        });
        expect(read).toEqual(fields);
        let seen = 0;
        readMessage(message, { bytes: () => (seen += 1) });
        expect(seen).toBe(fields.filter((each) => 'text' in each).length);
      }),
    );
  });

  it('refuses messages that are cut', () => {
    const message = new MessageWriter().bytes(1, 'text').int(2, 300).finish();
    expect(() => readMessage(message.subarray(0, 3), {})).toThrow('in the middle of a field');
    expect(() => readMessage(message.subarray(0, -1), {})).toThrow('in the middle of a number');
  });

  it('K23 believes the progress of releases that are known to tell the truth', () => {
    const trusted = ['3.4.31', '3.5.13', '3.6.0', '3.7.1', '4.0.0'];
    const others = ['3.4.23', '3.4.30', '3.5.12', '3.3.99', ''];
    expect(trusted.filter((version) => !trustsProgress(version))).toEqual([]);
    expect(others.filter((version) => trustsProgress(version))).toEqual([]);
  });
});

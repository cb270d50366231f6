import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { DecodeError, decodeMessage, decodeProtobuf, encodeMessage } from './index.ts';
import { golden, kindNamed } from './testdata/goldens.ts';
import type { ObjectGolden } from './testdata/goldens.ts';

const bodies = (golden('objects.json') as ObjectGolden[]).flatMap(({ kind, proto }) =>
  proto === undefined ? [] : [{ kind, bytes: new Uint8Array(Buffer.from(proto, 'base64')) }],
);

function decodeQuietly(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

describe('protobuf', () => {
  it('throws nothing but DecodeError for bodies with damage anywhere', () => {
    const damage = fc.record({
      body: fc.constantFrom(...bodies),
      at: fc.nat(),
      byte: fc.integer({ min: 0, max: 255 }),
      how: fc.constantFrom('cut', 'change', 'insert', 'remove'),
    });
    fc.assert(
      fc.property(damage, ({ body: { bytes }, at, byte, how }) => {
        const place = 4 + (at % (bytes.length - 4));
        const list = [...bytes];
        if (how === 'cut') list.length = place;
        else if (how === 'change') list[place] = byte;
        else if (how === 'insert') list.splice(place, 0, byte);
        else list.splice(place, 1);
        decodeQuietly(() => decodeProtobuf(Uint8Array.from(list)));
      }),
      { numRuns: 500 },
    );
  });

  it('throws nothing but DecodeError for any bytes, of any kind', () => {
    fc.assert(
      fc.property(fc.constantFrom(...bodies), fc.uint8Array({ maxLength: 40 }), ({ kind }, bytes) => {
        decodeQuietly(() => decodeMessage(kindNamed(kind), bytes));
      }),
      { numRuns: 500 },
    );
  });

  it('whatever decodes is canonical: written and read again it stays the same', () => {
    let decodedCount = 0;
    fc.assert(
      fc.property(fc.constantFrom(...bodies), fc.nat(), fc.nat({ max: 7 }), ({ kind, bytes }, at, bit) => {
        const changed = Uint8Array.from(bytes);
        const place = 4 + (at % (bytes.length - 4));
        changed[place] = (changed[place] ?? 0) ^ (1 << bit);
        const decoded = decodeQuietly(() => decodeProtobuf(changed)) as ReturnType<typeof decodeProtobuf> | undefined;
        if (decoded === undefined || `${decoded.apiVersion} ${decoded.kind}` !== kind) return;
        decodedCount += 1;
        const { kind: _kind, apiVersion: _apiVersion, ...object } = decoded.object;
        const again = decodeMessage(kindNamed(kind), encodeMessage(kindNamed(kind), object));
        expect(withoutNulls(again)).toEqual(withoutNulls(object));
      }),
      { numRuns: 400 },
    );
    expect(decodedCount).toBeGreaterThan(50);
  });
});

/** A pointer to the zero time is null; written again it is gone. */
function withoutNulls(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, held: unknown) => (held === null ? undefined : held)) as unknown;
}

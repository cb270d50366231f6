import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { done } from '../contract/subject.ts';
import type { Contents } from './damage.contract.ts';
import { contentsOf, Specimen } from './damage.contract.ts';
import { StoreOpenError } from './errors.ts';

let specimen: Specimen;
let contents: Contents;
let bytes: number;

beforeAll(async () => {
  specimen = await Specimen.of(async (store) => {
    const lease = await store.grantLease(60);
    for (let n = 0; n < 40; n += 1) {
      const revision = await done(store.create(`/r/${n}`, `${n}`.repeat(n * 20), n % 4 === 0 ? { lease } : {}));
      if (n % 3 === 0) await done(store.update(`/r/${n}`, 'changed', revision));
      else if (n % 5 === 1) await done(store.delete(`/r/${n}`, revision));
    }
    await store.compact(20);
    await done(store.create('/r/last', ''));
    contents = await contentsOf(store);
  }, 'close');
  bytes = readFileSync(specimen.path()).length;
});

afterAll(() => specimen[Symbol.dispose]());

describe('a damaged database file', () => {
  it('F42 is refused untouched, or holds exactly what it held: wrong data is never served', async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes - 1), fc.integer({ min: 1, max: 255 }), async (offset, bits) => {
        specimen.restore();
        specimen.change('', (file) => {
          file[offset] = (file[offset] ?? 0) ^ bits;
          return file;
        });
        const result = await specimen.open();
        if (result instanceof StoreOpenError) refused += 1;
        else expect(result).toEqual(contents);
      }),
      { numRuns: 60 },
    );
    // Most of the file is data; were everything taken for harmless, the check would not look.
    expect(refused).toBeGreaterThan(15);
  });

  it('F42 is refused with what to do when a stretch of it is garbage, zero or missing', async () => {
    const damage: ((file: Buffer) => Buffer)[] = [
      (file) => file.fill(0x5a, 4096, 8192),
      (file) => file.fill(0, 8192, 12_288),
      (file) => file.subarray(0, 3 * 4096),
      (file) => file.subarray(0, file.length - 100),
      (file) => file.fill(0x5a, 0, 100),
      () => Buffer.alloc(0),
    ];
    for (const change of damage) {
      specimen.restore();
      specimen.change('', change);
      const refusal = await specimen.open();
      expect(refusal).toMatchObject({ reason: 'corrupted' });
      expect(refusal).toMatchObject({ message: expect.stringContaining('Restore the directory from a backup') });
    }
  });
});

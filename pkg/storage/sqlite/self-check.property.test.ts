import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
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

  it('F42 is refused when one of its tables contradicts itself or another', async () => {
    const changes = [
      'UPDATE keys SET revision = revision - 1 WHERE key = (SELECT max(key) FROM keys)',
      'UPDATE keys SET live = 1 - live WHERE key = (SELECT max(key) FROM keys)',
      'UPDATE keys SET lease = lease + 1 WHERE lease <> 0',
      'DELETE FROM keys WHERE key = (SELECT max(key) FROM keys)',
      'DELETE FROM revisions WHERE revision = (SELECT max(revision) FROM revisions)',
      'UPDATE revisions SET created = created + 1 WHERE revision = (SELECT max(revision) FROM revisions)',
      'UPDATE leases SET deadline_ms = 0',
      "UPDATE numbers SET value = 1 WHERE name = 'compact revision'",
      "DELETE FROM numbers WHERE name = 'lease'",
      'CREATE TABLE more (x)',
    ];
    for (const change of changes) {
      specimen.restore();
      const db = new DatabaseSync(specimen.path());
      db.exec(change);
      db.close();
      expect({ change, result: await specimen.open() }).toMatchObject({ change, result: { reason: 'corrupted' } });
    }
  });

  it('F42 is refused when its list of free pages is wrong', async () => {
    specimen.restore();
    specimen.change('', (file) => {
      file.writeUInt32BE(file.readUInt32BE(36) + 1, 36);
      return file;
    });
    expect(await specimen.open()).toMatchObject({ reason: 'corrupted', message: expect.stringMatching(/freelist/i) });
  });

  it('F42 is refused without copying the log into it', async () => {
    using crashed = await Specimen.of(async (store) => {
      await done(store.create('/r/old', 'a value that has reached the file'));
      // Enough to fill its page and for a checkpoint; then something that is in the log only.
      for (let n = 0; n < 20; n += 1) await done(store.create(`/r/small${n}`, 'x'.repeat(1000)));
      for (let n = 0; n < 5; n += 1) await done(store.create(`/r/big${n}`, 'x'.repeat(2 ** 20)));
      await new Promise((resolve) => setImmediate(resolve));
      await done(store.create('/r/new', ''));
    }, 'crash');
    crashed.change('', (file) => {
      file.write('A', file.indexOf('a value that has reached'));
      return file;
    });
    expect(await crashed.open()).toMatchObject({ reason: 'corrupted' });
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

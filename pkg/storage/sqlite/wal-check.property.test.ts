import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { done } from '../contract/subject.ts';
import type { Contents } from './damage.contract.ts';
import { contentsOf, Specimen } from './damage.contract.ts';
import { StoreOpenError } from './errors.ts';

const COMMITS = 12;
/** What a disk writes at once. */
const SECTOR = 512;
/** What the store held after each commit, and how long its log was. */
const after: { readonly contents: Contents; readonly logBytes: number }[] = [];
let specimen: Specimen;

beforeAll(async () => {
  specimen = await Specimen.of(async (store, wal) => {
    after.push({ contents: await contentsOf(store), logBytes: 0 });
    for (let commit = 0; commit < COMMITS; commit += 1) {
      // Commits of one frame and of many, with values that fill several pages.
      const sizes = commit % 3 === 0 ? [10] : [2000, 9000, 5];
      await Promise.all(sizes.map((size, i) => store.create(`/r/${commit}/${i}`, 'x'.repeat(size))));
      after.push({ contents: await contentsOf(store), logBytes: wal() });
    }
  }, 'crash');
});

afterAll(() => specimen[Symbol.dispose]());

const logBytes = (commits: number): number => after[commits]?.logBytes ?? 0;

/** How many whole commits fit into that much of the log. */
const commitsIn = (bytes: number): number => after.findLastIndex((entry) => entry.logBytes <= bytes);

describe('a log with a damaged end', () => {
  it('F41 cut anywhere opens with the commits before the cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(logBytes(COMMITS)), async (cut) => {
        specimen.restore();
        specimen.change('-wal', (bytes) => bytes.subarray(0, cut));
        expect(await specimen.open()).toEqual(after[commitsIn(cut)]?.contents);
      }),
      { numRuns: 25 },
    );
  });

  it('F41 with sectors of its last commit missing, old or garbage opens with the commits before', async () => {
    const start = Math.ceil(logBytes(COMMITS - 1) / SECTOR);
    const sectorArb = fc.integer({ min: start, max: Math.floor((logBytes(COMMITS) - 1) / SECTOR) });
    const tearArb = fc.oneof(
      // One sector never reached the disk, or nothing from one sector on.
      fc.record({ sectors: fc.constant(1), filler: fc.constant(0) }),
      fc.record({ sectors: fc.constant(Infinity), filler: fc.nat(255) }),
    );
    await fc.assert(
      fc.asyncProperty(sectorArb, tearArb, async (sector, { sectors, filler }) => {
        specimen.restore();
        let torn = false;
        specimen.change('-wal', (bytes) => {
          const whole = Buffer.from(bytes);
          bytes.fill(filler, sector * SECTOR, Math.min(bytes.length, (sector + sectors) * SECTOR));
          torn = !bytes.equals(whole);
          return bytes;
        });
        expect(await specimen.open()).toEqual(after[torn ? COMMITS - 1 : COMMITS]?.contents);
      }),
      { numRuns: 25 },
    );
  });

  it('F41 with anything behind its end opens whole', async () => {
    specimen.restore();
    specimen.change('-wal', (bytes) => Buffer.concat([bytes, Buffer.alloc(10_000, 0xa5)]));
    expect(await specimen.open()).toEqual(after[COMMITS]?.contents);
  });
});

describe('a log damaged in the middle', () => {
  it('F42 is refused, with the place, and left as it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(logBytes(COMMITS - 1) - 1), async (offset) => {
        specimen.restore();
        specimen.change('-wal', (bytes) => {
          bytes[offset] = 0xff ^ (bytes[offset] ?? 0);
          return bytes;
        });
        const refusal = await specimen.open();
        expect(refusal).toBeInstanceOf(StoreOpenError);
        expect(refusal).toMatchObject({ reason: 'corrupted' });
        const place = /at byte (\d+)/.exec(refusal instanceof StoreOpenError ? refusal.message : '')?.[1];
        expect(Number(place)).toBeLessThanOrEqual(offset);
        expect(Number(place)).toBeGreaterThan(offset - 4096 - 24 - 32);
      }),
      { numRuns: 25 },
    );
  });
});

describe('a log that was begun anew', () => {
  it('F41 is whole although older frames lie behind its end', async () => {
    let contents: Contents | undefined;
    using reused = await Specimen.of(async (store, wal) => {
      const filler = 'x'.repeat(700_000);
      let revision = await done(store.create('/r/big', filler));
      // Checkpoints come by themselves; after one the log does not grow.
      for (let grown = 0, size = wal(); grown < 20; grown += 1) {
        revision = await done(store.update('/r/big', `${grown}${filler}`, revision));
        if (wal() === size) break;
        size = wal();
      }
      await store.compact(revision);
      await done(store.create('/r/last', ''));
      contents = await contentsOf(store);
    }, 'crash');
    expect(await reused.open()).toEqual(contents);
  });
});

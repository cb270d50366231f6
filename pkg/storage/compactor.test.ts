import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../clock/index.ts';
import { compactPeriodically } from './compactor.ts';
import { done } from './contract/subject.ts';
import { MemoryStore } from './memory/index.ts';

const MINUTE = 60_000;

async function write(store: MemoryStore, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) await done(store.create(`/p/${await store.currentRevision()}`, ''));
}

const floorOf = async (store: MemoryStore): Promise<number> => (await store.status()).compactRevision;

/** Lets promises that hang on a timer settle. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('compactPeriodically', () => {
  it('K14 moves the floor every 5 minutes to the revision of 5 minutes ago', async () => {
    const clock = new VirtualClock();
    await using store = new MemoryStore({ clock });
    const floors: number[] = [];
    compactPeriodically(store, clock, { keepRevisions: 0 }, new AbortController().signal);
    for (let round = 0; round < 4; round += 1) {
      await clock.advance(round === 0 ? 0 : 5 * MINUTE);
      await settle();
      floors.push(await floorOf(store));
      await write(store, 10);
    }
    expect(floors).toEqual([0, 1, 11, 21]);
  });

  it('K14 keeps the last 1000 revisions', async () => {
    const clock = new VirtualClock();
    await using store = new MemoryStore({ clock });
    compactPeriodically(store, clock, {}, new AbortController().signal);
    await clock.advance(0);
    await write(store, 900);
    for (let round = 0; round < 3; round += 1) {
      await clock.advance(5 * MINUTE);
      await settle();
    }
    expect(await floorOf(store)).toBe(0);
    await write(store, 200);
    for (let round = 0; round < 2; round += 1) {
      await clock.advance(5 * MINUTE);
      await settle();
    }
    expect(await floorOf(store)).toBe(101);
  });

  it('goes on after a round that did not work, and ends with its signal', async () => {
    const clock = new VirtualClock();
    const store = new MemoryStore({ clock });
    await store.close();
    const errors: unknown[] = [];
    const controller = new AbortController();
    compactPeriodically(store, clock, { onError: (error) => errors.push(error) }, controller.signal);
    for (let round = 0; round < 3; round += 1) {
      await clock.advance(5 * MINUTE);
      await settle();
    }
    expect(errors).toHaveLength(4);
    controller.abort();
    expect(clock.nextDue()).toBeUndefined();
  });
});

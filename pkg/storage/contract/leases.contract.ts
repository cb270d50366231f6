import { describe, expect, it } from '@jest/globals';
import { LeaseNotFoundError } from '../store.ts';
import type { ContractOptions, MakeSubject } from './subject.ts';
import { done, record, withStore } from './subject.ts';

/** Keys that vanish by themselves. */
export function leasesContract(make: MakeSubject, { embedded }: ContractOptions): void {
  describe('leases', () => {
    it(
      'K2 deletes attached keys as ordinary deletes when the time is over, an embedded store each with its own revision',
      withStore(make, async ({ store, advance }) => {
        const r = await store.currentRevision();
        const lease = await store.grantLease(10);
        const { sink } = record(store, '/e/', r + 1);
        await done(store.create('/e/b', '1', { lease }));
        await done(store.create('/e/a', '2', { lease }));
        await done(store.create('/e/stays', '3'));
        await advance(9_000);
        expect((await store.range('/e/')).count).toBe(3);
        await advance(3_000);
        await sink.count(5);
        expect((await store.range('/e/')).items.map(({ key }) => key)).toEqual(['/e/stays']);
        expect(sink.received.slice(3)).toMatchObject([
          { type: 'delete', revision: r + 4, previous: { value: expect.stringMatching(/[12]/) } },
          { type: 'delete', revision: embedded ? r + 5 : r + 4, previous: { value: expect.stringMatching(/[12]/) } },
        ]);
      }),
    );

    it(
      'K2 lets go of a key that is written without the lease, and follows one that moves to another',
      withStore(make, async ({ store, advance }) => {
        const short = await store.grantLease(10);
        const long = await store.grantLease(30);
        const freed = await done(store.create('/e/freed', '', { lease: short }));
        const moved = await done(store.create('/e/moved', '', { lease: short }));
        const caught = await done(store.create('/e/caught', ''));
        const gone = await done(store.create('/e/recreated', '', { lease: short }));
        await done(store.update('/e/freed', '', freed));
        await done(store.update('/e/moved', '', moved, { lease: long }));
        await done(store.update('/e/caught', '', caught, { lease: short }));
        await done(store.delete('/e/recreated', gone));
        await done(store.create('/e/recreated', ''));
        await advance(12_000);
        expect((await store.range('/e/')).items.map(({ key }) => key)).toEqual([
          '/e/freed',
          '/e/moved',
          '/e/recreated',
        ]);
        await advance(20_000);
        expect((await store.range('/e/')).items.map(({ key }) => key)).toEqual(['/e/freed', '/e/recreated']);
      }),
    );

    it(
      'K2 refuses a lease that was never granted or has ended',
      withStore(make, async ({ store, advance }) => {
        const revision = await done(store.create('/e/a', ''));
        await expect(store.create('/e/b', '', { lease: 4711 })).rejects.toThrow(LeaseNotFoundError);
        const lease = await store.grantLease(5);
        await advance(7_000);
        await expect(store.update('/e/a', '', revision, { lease })).rejects.toMatchObject({ lease });
        expect(await store.currentRevision()).toBe(revision);
        expect(await store.grantLease(5)).not.toBe(lease);
      }),
    );

    it(
      'K2 ends leases in the order of their deadlines, whatever the order they were granted in',
      withStore(make, async ({ store, advance }) => {
        for (const ttl of [30, 10, 20]) {
          const lease = await store.grantLease(ttl);
          await done(store.create(`/e/${ttl}`, '', { lease }));
        }
        const left: number[] = [];
        for (let i = 0; i < 3; i += 1) {
          await advance(i === 0 ? 12_000 : 10_000);
          left.push((await store.range('/e/')).count);
        }
        expect(left).toEqual([2, 1, 0]);
      }),
    );

    it(
      'refuses lifetimes that are none',
      withStore(make, async ({ store }) => {
        for (const ttl of [0, -1, NaN, Infinity]) await expect(store.grantLease(ttl)).rejects.toThrow(RangeError);
      }),
    );
  });
}

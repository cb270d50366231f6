import { describe, expect, it } from '@jest/globals';
import type { StoreEvent } from '../store.ts';
import { StoreUnavailableError } from '../store.ts';
import type { ContractOptions, MakeSubject } from './subject.ts';
import { done, record, Recorder, withStore } from './subject.ts';

/** Watches: order, completeness, and who is told what when. */
export function watchContract(make: MakeSubject, { embedded }: ContractOptions): void {
  describe('watches', () => {
    it(
      'K2 delivers puts and deletes with previous values, from the past and live alike',
      withStore(make, async ({ store }) => {
        const r = await store.currentRevision();
        const live = record(store, '/p/', r + 1);
        await done(store.create('/p/a', '1'));
        await done(store.update('/p/a', '2', r + 1));
        await done(store.delete('/p/a', r + 2));
        const late = record(store, '/p/', r + 1);
        const kv = (value: string, modRevision: number) => ({
          key: '/p/a',
          value,
          createRevision: r + 1,
          modRevision,
        });
        const expected: StoreEvent[] = [
          { type: 'put', kv: kv('1', r + 1) },
          { type: 'put', kv: kv('2', r + 2), previous: kv('1', r + 1) },
          { type: 'delete', key: '/p/a', revision: r + 3, previous: kv('2', r + 2) },
        ];
        await Promise.all([live.sink.count(3), late.sink.count(3)]);
        expect([live.sink.received, late.sink.received]).toEqual([expected, expected]);
      }),
    );

    it(
      'K4 delivers only keys under the prefix, ns10 not under ns1/',
      withStore(make, async ({ store }) => {
        const r = await store.currentRevision();
        const live = record(store, '/p/ns1/', r + 1);
        for (const key of ['/p/ns10/a', '/p/ns1/a', '/p/ns1', '/q/ns1/a', '/p/ns1/b'])
          await done(store.create(key, ''));
        const late = record(store, '/p/ns1/', r + 1);
        await Promise.all([live.sink.count(2), late.sink.count(2)]);
        const expected = [`put /p/ns1/a ${r + 2}`, `put /p/ns1/b ${r + 5}`];
        expect([live.sink.lines, late.sink.lines]).toEqual([expected, expected]);
      }),
    );

    it(
      'K2 starts at exactly the revision asked for',
      withStore(make, async ({ store }) => {
        const r = await store.currentRevision();
        for (let i = 1; i <= 5; i += 1) await done(store.create(`/p/${i}`, ''));
        const { sink } = record(store, '/p/', r + 4);
        await sink.count(2);
        expect(sink.lines).toEqual([`put /p/4 ${r + 4}`, `put /p/5 ${r + 5}`]);
      }),
    );

    it(
      'L29 waits for a revision that lies ahead',
      withStore(make, async ({ store }) => {
        const r = await store.currentRevision();
        const { sink } = record(store, '/p/', r + 3);
        for (let i = 1; i <= 4; i += 1) await done(store.create(`/p/${i}`, ''));
        await sink.count(2);
        expect(sink.lines).toEqual([`put /p/3 ${r + 3}`, `put /p/4 ${r + 4}`]);
      }),
    );

    it(
      'K3 shows watchers that start at any moment under load one gapless order',
      withStore(make, async ({ store }) => {
        const r = await store.currentRevision();
        const watches = [record(store, '/p/', r + 1)];
        const writer = async (name: number): Promise<void> => {
          for (let i = 0; i < 40; i += 1) {
            const created = await done(store.create(`/p/${name}/${i}`, ''));
            if (i % 10 === 0) watches.push(record(store, '/p/', r + 1));
            if (i % 3 === 0) await done(store.delete(`/p/${name}/${i}`, created));
          }
        };
        await Promise.all(Array.from({ length: 8 }, (_, name) => writer(name)));
        const total = 8 * (40 + 14);
        await Promise.all(watches.map(({ sink }) => sink.count(total)));
        const revisions = watches[0]?.sink.lines.map((line) => Number(line.split(' ')[2]));
        expect(revisions).toEqual(Array.from({ length: total }, (_, i) => r + 1 + i));
        for (const { sink } of watches) expect(sink.lines).toEqual(watches[0]?.sink.lines);
      }),
    );

    it(
      'K2 replays a long history completely, with writes in the middle of it',
      withStore(make, async ({ store }) => {
        const r = await store.currentRevision();
        await Promise.all(Array.from({ length: 1700 }, (_, i) => store.create(`/p/${i}`, '')));
        const { sink } = record(store, '/p/', r + 1);
        await Promise.all(Array.from({ length: 300 }, (_, i) => store.create(`/p/later${i}`, '')));
        await sink.count(2000);
        const revisions = sink.lines.map((line) => Number(line.split(' ')[2]));
        expect(revisions).toEqual(Array.from({ length: 2000 }, (_, i) => r + 1 + i));
      }),
    );

    it(
      'is silent before it returns, after its signal, and for a signal that has fired',
      withStore(make, async ({ store }) => {
        const r = await store.currentRevision();
        await done(store.create('/p/a', ''));
        const early = record(store, '/p/', r + 1);
        expect(early.sink.received).toEqual([]);
        early.abort();
        const never = new Recorder();
        store.watch('/p/', never, { fromRevision: r + 1, signal: AbortSignal.abort() });
        const ended = record(store, '/p/', r + 1);
        const other = record(store, '/p/', r + 1);
        await Promise.all([ended.sink.count(1), other.sink.count(1)]);
        ended.abort();
        await done(store.create('/p/b', ''));
        await other.sink.count(2);
        expect([early.sink, never, ended.sink].map((sink) => sink.received.length)).toEqual([0, 0, 1]);
        expect([early.sink, never, ended.sink].map((sink) => sink.failure)).toEqual([undefined, undefined, undefined]);
      }),
    );

    it(
      'ends the watch of a sink that throws, and no other',
      withStore(make, async ({ store }) => {
        const r = await store.currentRevision();
        const broken = new Recorder();
        broken.events = () => {
          throw new Error('broken sink');
        };
        store.watch('/p/', broken, { fromRevision: r + 1, signal: new AbortController().signal });
        const { sink } = record(store, '/p/', r + 1);
        await done(store.create('/p/a', ''));
        await done(store.create('/p/b', ''));
        await Promise.all([sink.count(2), broken.until(() => broken.failure !== undefined)]);
        expect(broken.failure?.message).toBe('broken sink');
        expect(sink.lines).toHaveLength(2);
      }),
    );

    it(
      'ends all watches with an error when the store closes',
      withStore(make, async ({ store }) => {
        const { sink } = record(store, '/p/', 1 + (await store.currentRevision()));
        await store.close();
        await sink.until(() => sink.failure !== undefined);
        expect(sink.failure).toBeInstanceOf(StoreUnavailableError);
      }),
    );

    if (embedded) {
      it(
        'K3 delivers events before the write is answered',
        withStore(make, async ({ store }) => {
          const r = await store.currentRevision();
          const { sink } = record(store, '/p/', r + 1);
          await done(store.create('/p/a', ''));
          expect(sink.lines).toEqual([`put /p/a ${r + 1}`]);
          const delivered = await Promise.all(
            Array.from({ length: 10 }, async (_, i) => {
              const revision = await done(store.create(`/p/${i}`, ''));
              return sink.lines.includes(`put /p/${i} ${revision}`);
            }),
          );
          expect(delivered).toEqual(Array.from({ length: 10 }, () => true));
        }),
      );

      it(
        'L32 reports progress after commits to other keys, and once a watch has caught up',
        withStore(make, async ({ store }) => {
          const before = await done(store.create('/other/a', ''));
          const { sink } = record(store, '/p/', before);
          await sink.until(() => sink.progressed === before);
          const after = await done(store.create('/other/b', ''));
          expect([sink.progressed, sink.received]).toEqual([after, []]);
        }),
      );

      it(
        'K3 keeps one order for all watchers when a sink writes',
        withStore(make, async ({ store }) => {
          const r = await store.currentRevision();
          const writes: Promise<unknown>[] = [];
          const answering = new Recorder();
          const remember = answering.events.bind(answering);
          answering.events = (events) => {
            remember(events);
            for (const event of events) {
              if (event.type === 'put' && !event.kv.key.endsWith('!'))
                writes.push(store.create(`${event.kv.key}!`, ''));
            }
          };
          store.watch('/p/', answering, { fromRevision: r + 1, signal: new AbortController().signal });
          const { sink } = record(store, '/p/', r + 1);
          await Promise.all([answering, sink].map((each) => each.until(() => each.progressed === r)));
          await Promise.all(['/p/a', '/p/b', '/p/c'].map((key) => store.create(key, '')));
          await Promise.all([sink.count(6), answering.count(6)]);
          await Promise.all(writes);
          const revisions = sink.lines.map((line) => Number(line.split(' ')[2]));
          expect(revisions).toEqual([1, 2, 3, 4, 5, 6].map((i) => r + i));
          expect(answering.lines).toEqual(sink.lines);
        }),
      );
    }
  });
}

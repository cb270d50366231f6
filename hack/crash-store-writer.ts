/**
 * Writes to a SQLite store as fast as it can until it is killed, and says on stdout what was acknowledged: the child
 * of crash-store.ts. A line is written synchronously right after the answer, so the kernel has it whatever comes.
 */
import { writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { openSqliteStore } from '../pkg/storage/sqlite/index.ts';

const WRITERS = 16;
const KEYS_PER_WRITER = 20;

const [, , directory = '', generation = '0'] = process.argv;
const say = (words: readonly unknown[]): void => void writeSync(1, `${words.join(' ')}\n`);

say(['starting']);
const store = await openSqliteStore({ directory });
say(['opened', await store.currentRevision()]);
await Promise.all([...Array.from({ length: WRITERS }, (_, writer) => write(writer)), compact()]);

/** Creates, updates and deletes its own keys in turn, some of them on a lease. */
async function write(writer: number): Promise<void> {
  const lease = await store.grantLease(3600);
  for (let step = 0; ; step += 1) {
    const key = `/crash/${writer}/${step % KEYS_PER_WRITER}`;
    const { kv } = await store.get(key);
    const value = `${generation} ${step} ${'x'.repeat((step * 7919) % 4000)}`;
    if (kv === undefined) {
      const result = await store.create(key, value, step % 5 === 0 ? { lease } : {});
      if (result.ok) say(['put', key, result.revision, crc32(value)]);
    } else if (step % 3 === 0) {
      const result = await store.delete(key, kv.modRevision);
      if (result.ok) say(['delete', key, result.revision, 0]);
    } else {
      const result = await store.update(key, value, kv.modRevision);
      if (result.ok) say(['put', key, result.revision, crc32(value)]);
    }
  }
}

/** Moves the floor along behind the writers, so that kills meet sweeps and checkpoints too. */
async function compact(): Promise<void> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    const floor = (await store.currentRevision()) - 300;
    if (floor < 1) continue;
    await store.compact(floor);
    say(['compacted', floor]);
  }
}

/** Durable writes, reads and ranges of the storage drivers. By hand: `node hack/bench/store.ts`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryStore } from '../../pkg/storage/memory/index.ts';
import { openSqliteStore } from '../../pkg/storage/sqlite/index.ts';
import type { Store } from '../../pkg/storage/index.ts';

/** One measurement: a name, a number and what it counts. */
export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: 'per second' | 'ms';
}

const VALUE = JSON.stringify({ kind: 'Service', apiVersion: 'v1', filler: 'x'.repeat(860) });
const SECONDS = 2;

/** Measures both drivers; the SQLite one in a directory of its own under the system's temporary directory. */
export async function benchStores(): Promise<Measurement[]> {
  const directory = mkdtempSync(join(tmpdir(), 'fairlead-bench-'));
  try {
    await using sqlite = await openSqliteStore({ directory: join(directory, 'store') });
    await using memory = new MemoryStore();
    return [...(await benchStore('sqlite', sqlite)), ...(await benchStore('memory', memory)), await benchStart()];
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function benchStore(driver: string, store: Store): Promise<Measurement[]> {
  const results: Measurement[] = [];
  const add = (name: string, value: number, unit: Measurement['unit']): void => {
    results.push({ name: `${driver}: ${name}`, value, unit });
  };
  for (const writers of [1, 16, 64, 128]) {
    const rate = await perSecond(writers, (n) => store.create(`/registry/bench/${writers}/${n}`, VALUE));
    add(`creates, ${writers} at once`, rate, 'per second');
  }
  const { revision } = await store.create('/registry/hot/a', VALUE).then(() => store.get('/registry/hot/a'));
  let expected = revision;
  const updates = await perSecond(1, async () => {
    const result = await store.update('/registry/hot/a', VALUE, expected);
    if (result.ok) expected = result.revision;
  });
  add('updates of one key, 1 at once', updates, 'per second');

  for (let n = 0; n < 10_000; n += 100) {
    const keys = Array.from({ length: 100 }, (_, i) => `/registry/range/${String(n + i).padStart(5, '0')}`);
    await Promise.all(keys.map((key) => store.create(key, VALUE)));
  }
  add(
    'gets',
    await perSecond(1, (n) => store.get(`/registry/range/${String(n % 10_000).padStart(5, '0')}`)),
    'per second',
  );
  add('range of 10,000', await milliseconds(() => store.range('/registry/range/')), 'ms');
  add('page of 500 in 10,000', await milliseconds(() => store.range('/registry/range/', { limit: 500 })), 'ms');
  const past = await store.currentRevision();
  await store.create('/registry/range/later', VALUE);
  add(
    'range of 10,000 in the past',
    await milliseconds(() => store.range('/registry/range/', { revision: past })),
    'ms',
  );
  return results;
}

async function benchStart(): Promise<Measurement> {
  const value = await milliseconds(() => new MemoryStore().close());
  return { name: 'memory: new store', value, unit: 'ms' };
}

async function perSecond(writers: number, work: (n: number) => Promise<unknown>): Promise<number> {
  let done = 0;
  const start = performance.now();
  const writer = async (): Promise<void> => {
    while (performance.now() - start < SECONDS * 1000) await work(done++);
  };
  await Promise.all(Array.from({ length: writers }, writer));
  return done / ((performance.now() - start) / 1000);
}

/** The best of ten. */
async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  let best = Infinity;
  for (let round = 0; round < 10; round += 1) {
    const start = performance.now();
    await work();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

if (import.meta.main) {
  for (const { name, value, unit } of await benchStores()) {
    const digits = unit === 'ms' ? 3 : 0;
    console.log(`${name.padEnd(40)} ${value.toFixed(digits).padStart(12)} ${unit}`);
  }
}

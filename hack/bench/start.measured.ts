/** Run by `npm run bench -- testing`, as jest runs anybody's test. */
import { writeFileSync } from 'node:fs';
import { it } from '@jest/globals';
import { start, type Cluster } from '../../pkg/testing/index.ts';
import type { StartTimes } from './testing.ts';

const later = 20;
const many = 100;

async function timed<T>(work: () => Promise<T>): Promise<[number, T]> {
  const begun = performance.now();
  const result = await work();
  return [performance.now() - begun, result];
}

it('starts clusters', async () => {
  const [firstMs, first] = await timed(start);
  await first.stop();
  const laterMs: number[] = [];
  for (let n = 0; n < later; n += 1) {
    const [ms, cluster] = await timed(start);
    laterMs.push(ms);
    await cluster.stop();
  }
  const clusters: Cluster[] = [];
  const [hundredMs] = await timed(async () => {
    for (let n = 0; n < many; n += 1) clusters.push(await start());
  });
  const times: StartTimes = { firstMs, laterMs, hundredMs, hundredMB: process.memoryUsage.rss() / 1e6 };
  await Promise.all(clusters.map((cluster) => cluster.stop()));
  writeFileSync(process.env['FAIRLEAD_TIMES'] ?? 'times.json', JSON.stringify(times));
}, 120_000);

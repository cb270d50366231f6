/** One object, read over and over. */
import type { Figure } from './figure.ts';
import { configMaps } from './objects.ts';
import { alternate, type Effort } from './rounds.ts';
import { ratePerSecond, runJob } from './run-job.ts';
import { startBoth } from './sides.ts';

export async function benchRead(effort: Effort): Promise<Figure[]> {
  await using sides = await startBoth();
  for (const side of [sides.ours, sides.theirs]) {
    if (side !== undefined)
      await runJob(side, { kind: 'create', of: 'configMaps', clients: 1, count: 1, prefix: 'read' });
  }
  const path = `${configMaps.path}/read-0`;
  const figures: Figure[] = [];
  for (const clients of [1, 16]) {
    const count = (clients === 1 ? 2_000 : 10_000) * (effort.quick ? 0.3 : 1);
    const about = { bench: `read-${clients}`, what: `reads of one ConfigMap, ${clients} clients` };
    figures.push(
      await alternate({ ...about, unit: 'ops/s', better: 'higher' }, sides, effort.rounds, (side) =>
        ratePerSecond(side, { kind: 'get', path, clients, count }),
      ),
    );
  }
  return figures;
}

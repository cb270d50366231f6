/** One event to 1,000 watchers, each with a connection of its own: until the last one has it. */
import { spreadOf, type Figure } from './figure.ts';
import { alternate, type Effort } from './rounds.ts';
import { runJob } from './run-job.ts';
import { startBoth } from './sides.ts';

export async function benchFanout(effort: Effort): Promise<Figure[]> {
  await using sides = await startBoth();
  const watchers = 1_000;
  const what = `one event to ${watchers.toLocaleString('en-US')} watchers, until the last has it`;
  return [
    await alternate({ bench: 'fanout', what, unit: 'ms', better: 'lower' }, sides, effort.rounds, async (side) => {
      const { ms } = await runJob(side, { kind: 'fanout', watchers, events: effort.quick ? 5 : 20 });
      return spreadOf(ms)?.median ?? NaN;
    }),
  ];
}

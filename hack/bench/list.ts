/** All of 10,000 Services in one answer, and what that costs the server in memory. */
import { spreadOf, type Figure } from './figure.ts';
import { growthMb } from './processes.ts';
import { alternate, type Effort } from './rounds.ts';
import { runJob } from './run-job.ts';
import { startBoth } from './sides.ts';

export async function benchList(effort: Effort): Promise<Figure[]> {
  await using sides = await startBoth();
  const count = 10_000;
  for (const side of [sides.ours, sides.theirs]) {
    if (side === undefined) continue;
    await runJob(side, { kind: 'create', of: 'headlessServices', clients: 32, count, prefix: 'list' });
  }
  const times = effort.quick ? 3 : 7;
  const job = { kind: 'list', of: 'headlessServices', times, expect: count } as const;
  return [
    await alternate(
      { bench: 'list', what: 'list of 10,000 Services', unit: 'ms', better: 'lower' },
      sides,
      effort.rounds,
      async (side) => spreadOf((await runJob(side, job)).ms)?.median ?? NaN,
    ),
    await alternate(
      { bench: 'list-memory', what: 'memory above rest while 10,000 Services are listed', unit: 'MB', better: 'lower' },
      sides,
      effort.rounds,
      // A server that gives memory back meanwhile shows no growth at all; 1 MB keeps the ratio finite.
      async (side) => Math.max(1, await growthMb(side.pids, () => runJob(side, job))),
    ),
  ];
}

/** Resident memory: of a server without objects, and of one with very many Pods. */
import type { Figure } from './figure.ts';
import { residentMb } from './processes.ts';
import { alternate, type Effort } from './rounds.ts';
import { runJob } from './run-job.ts';
import { startBoth } from './sides.ts';

export async function benchMemory(effort: Effort): Promise<Figure[]> {
  const empty: Figure[] = [];
  const about = { unit: 'MB', better: 'lower' } as const;
  await using sides = await startBoth();
  const read = async (side: { readonly pids: readonly number[] }): Promise<number> => residentMb(side.pids);
  empty.push(
    await alternate({ ...about, bench: 'memory-empty', what: 'memory, no objects' }, sides, effort.rounds, read),
  );
  // Loaded once only: it takes minutes.
  const count = effort.quick ? 10_000 : 100_000;
  const loaded = await alternate(
    { ...about, bench: `memory-${count}-pods`, what: `memory, ${count.toLocaleString('en-US')} Pods` },
    sides,
    1,
    async (side) => {
      // Nobody else makes it on their side, and our own may still be at it.
      await runJob(side, { kind: 'ensure', of: 'serviceAccounts', name: 'default' });
      await runJob(side, { kind: 'create', of: 'pods', clients: 32, count, prefix: 'pod' });
      return residentMb(side.pids);
    },
  );
  return [...empty, loaded];
}

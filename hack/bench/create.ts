/** Durable creates: each answered only when it is on disk, on both sides. */
import type { Figure } from './figure.ts';
import { cpuMs } from './processes.ts';
import type { CollectionName } from './objects.ts';
import { alternate, type Effort } from './rounds.ts';
import { ratePerSecond, runJob } from './run-job.ts';
import { startBoth, type Side } from './sides.ts';

export async function benchCreate(effort: Effort): Promise<Figure[]> {
  await using sides = await startBoth();
  const figures: Figure[] = [];
  const scale = effort.quick ? 0.3 : 1;
  const plans: { of: CollectionName; clients: number; count: number; name: string }[] = [
    { of: 'configMaps', clients: 1, count: 1_000, name: 'create-1' },
    { of: 'configMaps', clients: 16, count: 6_000, name: 'create-16' },
    { of: 'configMaps', clients: 64, count: 8_000, name: 'create-64' },
    // Few, as an address costs upstream more with each Service that is there.
    { of: 'services', clients: 16, count: 300, name: 'create-services-16' },
  ];
  // A server compiles what is used much while it works: the rates are those of one that has been running.
  const warm = { kind: 'create', of: 'configMaps', clients: 16, count: 4_000 * scale, prefix: 'warm' } as const;
  for (const side of [sides.ours, sides.theirs]) if (side !== undefined) await runJob(side, warm);
  for (const { of, clients, count, name } of plans) {
    const what = `durable creates of ${of === 'services' ? 'Services' : 'ConfigMaps'}, ${clients} clients`;
    figures.push(
      await alternate({ bench: name, what, unit: 'ops/s', better: 'higher' }, sides, effort.rounds, (side, round) =>
        creates(side, { of, clients, count: Math.ceil(count * scale), prefix: `${name}-${round}` }),
      ),
    );
  }
  return figures;
}

async function creates(
  side: Side,
  job: { of: CollectionName; clients: number; count: number; prefix: string },
): Promise<number> {
  const before = cpuMs(side.pids);
  const rate = await ratePerSecond(side, { kind: 'create', ...job });
  const perCreate = (cpuMs(side.pids) - before) / (job.count * 1.1);
  console.log(`  ${job.prefix}: ${Math.round(rate)} creates/s, ${perCreate.toFixed(3)} ms CPU of the server each`);
  return rate;
}

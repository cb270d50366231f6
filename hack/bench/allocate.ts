/** Creates of Services by 16 clients while ever more of them are there; and the allocator alone. */
import { benchAllocator } from './allocator.ts';
import { putIntoEtcd, storedService, type Stored } from './etcd.ts';
import type { Figure } from './figure.ts';
import { services } from './objects.ts';
import { alternate, type Effort } from './rounds.ts';
import { ratePerSecond, runJob } from './run-job.ts';
import { startBoth, type Side } from './sides.ts';

/** Services that are there, and how many more each round creates. */
const levels = [
  { present: 0, count: 200 },
  { present: 2000, count: 200 },
  { present: 10_000, count: 150 },
  { present: 50_000, count: 60 },
] as const;

const range = '10.96.0.0/12';
const firstNumber = (10 << 24) + (96 << 16) + 4096;
const clients = 16;

export async function benchAllocate(effort: Effort): Promise<Figure[]> {
  const figures = benchAllocator(effort);
  await using sides = await startBoth({ serviceCidr: range });
  let filled = 0;
  for (const { present, count } of effort.quick ? levels.slice(0, 2) : levels) {
    for (const side of [sides.ours, sides.theirs]) {
      if (side === undefined || present === filled) continue;
      const start = performance.now();
      await fill(side, filled, present);
      console.log(`  ${present} Services after ${Math.round((performance.now() - start) / 1000)} s`);
    }
    filled = present;
    const about = {
      bench: `allocate-${present}`,
      what: `creates of Services, 16 clients, ${present.toLocaleString('en-US')} present`,
      unit: 'ops/s',
      better: 'higher',
    } as const;
    figures.push(
      await alternate(about, sides, effort.rounds, (side, round) => creates(side, count, `r${present}-${round}`)),
    );
  }
  return figures;
}

/** What was created is deleted again, so that the next round finds as many as this one did. */
async function creates(side: Side, count: number, prefix: string): Promise<number> {
  const rate = await ratePerSecond(side, { kind: 'create', of: 'services', clients, count, prefix });
  await runJob(side, { kind: 'delete', of: 'services', clients, count, prefix });
  console.log(`  ${prefix}: ${Math.round(rate)} creates/s`);
  return rate;
}

/** Ours is filled by clients. Upstream would take an hour, so its Services and addresses are written into its etcd. */
async function fill(side: Side, from: number, to: number): Promise<void> {
  if (side.etcd === undefined) {
    await runJob(side, {
      kind: 'create',
      of: 'services',
      clients,
      count: Math.floor((to - from) / 1.1),
      prefix: `f${to}`,
    });
    return;
  }
  const fillers = Array.from({ length: to - from }, (_, offset) => stocked(from + offset)).flat();
  await putIntoEtcd(side.etcd, fillers);
}

function stocked(n: number): Stored[] {
  const name = `f-${n}`;
  return storedService('default', services.make(name), firstNumber + n);
}

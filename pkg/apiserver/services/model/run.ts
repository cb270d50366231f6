/** Drives the model cluster by one seed: the same seed tells the same story. */
import { ModelCluster } from './cluster.ts';
import { below, type Random, randomFrom } from './requests.ts';

export interface ModelReport {
  readonly seed: number;
  readonly steps: number;
  readonly stored: number;
  readonly refused: number;
  readonly crashes: number;
  readonly repairs: number;
  readonly rests: number;
}

/** A promise was broken, and how to see it again. */
export class ModelFailure extends Error {
  constructor(seed: number, step: number, cause: unknown) {
    super(`seed ${seed}, step ${step}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'ModelFailure';
  }
}

const concurrency = 5;
const restEvery = 500;

/** One step is one write that happens, one request that begins, or one blow of fate. */
export async function runModel(seed: number, steps: number, progress?: (step: number) => void): Promise<ModelReport> {
  const random = randomFrom(seed);
  const cluster = new ModelCluster(random);
  let step = 0;
  let rests = 0;
  try {
    await cluster.open();
    for (step = 1; step <= steps; step += 1) {
      await takeStep(cluster, random);
      cluster.check();
      if (step % restEvery === 0) {
        await rest(cluster, random);
        rests += 1;
        progress?.(step);
      }
    }
  } catch (error) {
    throw new ModelFailure(seed, step, error);
  }
  const { stored, refused, crashes, repairs } = cluster;
  return { seed, steps, stored, refused, crashes, repairs, rests };
}

/** Lets promises run that wait for nothing but each other. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function takeStep(cluster: ModelCluster, random: Random): Promise<void> {
  const { pending } = cluster.store;
  if (pending.length > 0 && (cluster.active >= concurrency || random() < 0.6)) {
    const [write] = pending.splice(below(random, pending.length), 1);
    write?.apply();
    return settle();
  }
  const dice = random();
  if (dice < 0.5) cluster.create();
  else if (dice < 0.7) cluster.update();
  else if (dice < 0.97) cluster.remove();
  else if (dice < 0.98) cluster.vandalize(`10.96.0.${below(random, 32)}`);
  else if (dice < 0.99) cluster.leak(`10.96.0.${1 + below(random, 30)}`);
  else if (dice < 0.995) await cluster.clock.advance(below(random, 90_000));
  else if (dice < 0.998) cluster.repair();
  else await cluster.crash();
  return settle();
}

/** Lets every request end, repairs twice (once for what was too young to judge), and looks at what is left. */
async function rest(cluster: ModelCluster, random: Random): Promise<void> {
  await drain(cluster, random);
  for (let round = 0; round < 2; round += 1) {
    await cluster.clock.advance(61_000);
    cluster.repair();
    await drain(cluster, random);
  }
  cluster.checkAtRest();
}

async function drain(cluster: ModelCluster, random: Random): Promise<void> {
  for (let idle = 0; idle < 3;) {
    const { pending } = cluster.store;
    const [write] = pending.splice(below(random, pending.length), 1);
    write?.apply();
    await settle();
    cluster.check();
    idle = pending.length === 0 && cluster.store.pending.length === 0 && cluster.active === 0 ? idle + 1 : 0;
  }
}

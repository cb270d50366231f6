/**
 * The model test of allocation for as long as it takes:
 *
 *   node hack/allocation-model.ts --steps=10000000 [--seed=1]
 *
 * Runs one seed after the other and stops at the first broken promise, with the seed and the step that show it.
 */
import { parseArgs } from 'node:util';
import { ModelFailure, runModel, type ModelReport } from '../pkg/apiserver/services/model/run.ts';

/** Short stories find as much as long ones and are easier to read. */
const stepsPerSeed = 100_000;

const { values } = parseArgs({
  options: { steps: { type: 'string', default: '10000000' }, seed: { type: 'string', default: '1' } },
});
const total = Number(values.steps);
if (!Number.isSafeInteger(total) || total <= 0) {
  console.error(`--steps=${values.steps}: expected a whole number above 0, such as 10000000`);
  process.exit(2);
}
const begin = performance.now();
const sum = { steps: 0, stored: 0, refused: 0, crashes: 0, repairs: 0, rests: 0 };
try {
  for (let seed = Number(values.seed); sum.steps < total; seed += 1) {
    const report: ModelReport = await runModel(seed, Math.min(stepsPerSeed, total - sum.steps));
    for (const name of ['steps', 'stored', 'refused', 'crashes', 'repairs', 'rests'] as const)
      sum[name] += report[name];
    console.error(`seed ${seed}: ${sum.steps} of ${total} steps, ${Math.round((performance.now() - begin) / 1000)} s`);
  }
} catch (error) {
  if (!(error instanceof ModelFailure)) throw error;
  console.error(error.message);
  process.exit(1);
}
console.log(JSON.stringify(sum));

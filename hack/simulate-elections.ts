/**
 * `node hack/simulate-elections.ts [HISTORIES]`: the simulation of elections with many more seeds than `npm test` has time
 * for; 100,000 unless said otherwise, some minutes. For nightly runs and after every change of pkg/leaderelection.
 */
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const histories = Number(process.argv[2] ?? 100_000);
if (!Number.isInteger(histories) || histories < 1) {
  console.error('Expected how many histories to simulate, as in: node hack/simulate-elections.ts 100000');
  process.exit(1);
}
const { status } = spawnSync(process.execPath, [join(root, 'hack/test.ts'), 'pkg/leaderelection/simulation'], {
  stdio: 'inherit',
  env: { ...process.env, FAIRLEAD_HISTORIES: String(histories) },
});
process.exit(status ?? 1);

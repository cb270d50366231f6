/** `npm run check`: the gate. `--fast`: types, lint and layers only, for the loop while writing. */
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const bin = (name: string): string => join(root, 'node_modules/.bin', name);
const fast = process.argv.includes('--fast');

const steps: readonly (readonly [string, readonly string[]])[] = [
  [bin('tsc'), ['-p', root]],
  [bin('oxlint'), ['--type-aware', '--quiet', root]],
  [process.execPath, [join(root, 'hack/check-layers.ts')]],
  ...(fast
    ? []
    : ([
        [bin('oxfmt'), ['--check', root]],
        [process.execPath, [join(root, 'hack/test.ts'), '.']],
      ] as const)),
];

for (const [command, args] of steps) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}

/** `npm run build`: the package as it is published, in `dist/`: JavaScript and types, without tests and their data. */
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const dist = join(root, 'dist');
const config = join(root, 'node_modules/.cache/tsconfig.build.json');

rmSync(dist, { recursive: true, force: true });
writeFileSync(
  config,
  JSON.stringify({
    extends: '../../tsconfig.json',
    compilerOptions: {
      noEmit: false,
      declaration: true,
      outDir: '../../dist',
      rootDir: '../..',
      types: ['node'],
      typeRoots: ['../@types'],
    },
    include: ['../../pkg/**/*.ts', '../../controllers/**/*.ts'],
    exclude: ['../../**/*.test.ts', '../../**/testdata/**', '../../**/*.contract.ts', '../../pkg/testing/build/**'],
  }),
);
execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', config], { stdio: 'inherit' });

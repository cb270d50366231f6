/**
 * `npm test`: everything that needs nothing but Node. Runs the static checks and jest, prints what failed, and ends
 * with the line that CI reads. Words are passed to jest: `npm test -- pkg/storage`.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const bin = (name: string): string => join(root, 'node_modules/.bin', name);
const jest = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  join(root, 'node_modules/jest/bin/jest.js'),
  '--config',
  join(root, 'hack/jest.config.mjs'),
];

interface Step {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

const checks: readonly Step[] = [
  { name: 'types', command: bin('tsc'), args: ['-p', root] },
  { name: 'lint', command: bin('oxlint'), args: ['--type-aware', '--quiet', root] },
  { name: 'layers', command: process.execPath, args: [join(root, 'hack/check-layers.ts')] },
];

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

export const lastLine = ({ passed, failed, skipped }: Tally): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`;

const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
const wanted = process.argv.slice(2);

if (wanted.length === 0) {
  for (const { name, command, args } of checks) {
    const code = await run(command, args);
    console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name}`);
    tally[code === 0 ? 'passed' : 'failed'] += 1;
  }
}
await runJest(wanted);
console.log(lastLine(tally));
process.exitCode = tally.failed === 0 ? 0 : 1;

async function runJest(words: readonly string[]): Promise<void> {
  mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
  const folder = mkdtempSync(join(root, 'node_modules/.cache/test-'));
  const report = join(folder, 'jest.json');
  const code = await run(process.execPath, [...jest, '--json', `--outputFile=${report}`, ...words], true);
  try {
    const result = JSON.parse(readFileSync(report, 'utf8')) as Record<string, number>;
    tally.passed += result['numPassedTests'] ?? 0;
    tally.failed += (result['numFailedTests'] ?? 0) + (result['numRuntimeErrorTestSuites'] ?? 0);
    tally.skipped += (result['numPendingTests'] ?? 0) + (result['numTodoTests'] ?? 0);
    if (code !== 0 && tally.failed === 0) tally.failed = 1;
  } catch {
    tally.failed += 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Jest writes its report for people to stderr and, with --json, a copy for machines to stdout, which is not wanted. */
function run(command: string, args: readonly string[], dropOutput = false): Promise<number> {
  return new Promise((done) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', dropOutput ? 'ignore' : 'inherit', 'inherit'],
    });
    child.on('error', (error) => {
      console.error(error.message);
      done(1);
    });
    child.on('exit', (code) => done(code ?? 1));
  });
}

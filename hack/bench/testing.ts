/** `await start()` as a test pays for it: in a jest worker, the first time and every time after. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../e2e/server.ts';
import type { Figure } from './figure.ts';
import type { Effort } from './rounds.ts';
import { missingPeer, startTheirs } from './sides.ts';

const run = promisify(execFile);

/** What `start.measured.ts` writes. */
export interface StartTimes {
  readonly firstMs: number;
  readonly laterMs: readonly number[];
  /** A hundred clusters at once. */
  readonly hundredMs: number;
  readonly hundredMB: number;
}

export async function benchTesting({ rounds }: Effort): Promise<Figure[]> {
  const ours: StartTimes[] = [];
  const theirs: number[] = [];
  await inJest();
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await inJest());
    if (missingPeer() !== undefined) continue;
    const start = performance.now();
    const plane = await startTheirs();
    theirs.push(performance.now() - start);
    await plane[Symbol.asyncDispose]();
  }
  const about = { unit: 'ms', better: 'lower' } as const;
  return [
    {
      ...about,
      bench: 'testing-first',
      what: 'the first await start() of a jest worker',
      ours: ours.map((one) => one.firstMs),
      theirs,
    },
    {
      ...about,
      bench: 'testing-later',
      what: 'every await start() after it',
      ours: ours.flatMap((one) => one.laterMs),
      theirs,
    },
    {
      ...about,
      bench: 'testing-hundred',
      what: '100 clusters in one process, started one after the other',
      ours: ours.map((one) => one.hundredMs),
      theirs: [],
    },
    {
      bench: 'testing-hundred-memory',
      what: 'memory of that process',
      unit: 'MB',
      better: 'lower',
      ours: ours.map((one) => one.hundredMB),
      theirs: [],
    },
  ];
}

async function inJest(): Promise<StartTimes> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-bench-'));
  const file = join(folder, 'times.json');
  try {
    const jest = join(root, 'node_modules/jest/bin/jest.js');
    const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest];
    const words = [
      '--config',
      join(root, 'hack/jest.config.mjs'),
      '--testMatch',
      '**/start.measured.ts',
      '--runInBand',
    ];
    await run(process.execPath, [...flags, ...words], { cwd: root, env: { ...process.env, FAIRLEAD_TIMES: file } });
    return JSON.parse(readFileSync(file, 'utf8')) as StartTimes;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

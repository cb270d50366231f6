/** From the start of the process to ready, on an empty data directory. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stop } from '../../e2e/peers.ts';
import { root } from '../../e2e/server.ts';
import { bundleCommand } from '../bundle.ts';
import type { Figure } from './figure.ts';
import type { Effort } from './rounds.ts';
import { missingPeer, startTheirs } from './sides.ts';

/** Ours starts four times for each start of theirs, which takes long: 20 and 5 in a full run. */
const perRound = 4;

export async function benchStart(effort: Effort): Promise<Figure[]> {
  const ours: number[] = [];
  const theirs: number[] = [];
  // As `npm start` does; then once unmeasured: it fills the cache of compiled code.
  await bundleCommand();
  await startOurs();
  for (let round = 0; round < effort.rounds; round += 1) {
    for (let n = 0; n < perRound; n += 1) ours.push(await startOurs());
    if (missingPeer() !== undefined) continue;
    const start = performance.now();
    const plane = await startTheirs();
    theirs.push(performance.now() - start);
    await plane[Symbol.asyncDispose]();
  }
  const what = 'start on an empty data directory, until ready';
  return [{ bench: 'start', what, unit: 'ms', better: 'lower', ours, theirs }];
}

async function startOurs(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-bench-'));
  const ready = join(folder, 'ready.json');
  const flags = ['--secure-port', '0', '--data-dir', join(folder, 'data'), '--ready-file', ready];
  const start = performance.now();
  const child = spawn(process.execPath, [join(root, 'pkg/cmd/fairlead.mjs'), 'apiserver', ...flags], {
    stdio: 'ignore',
  });
  try {
    while (!existsSync(ready)) {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    return performance.now() - start;
  } finally {
    await stop(child);
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * `npm run bench [-- NAME…] [--quick] [--report]`: our figures beside those of the real components, in the same run. The
 * last lines on standard output are one JSON object a figure (B1).
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../e2e/server.ts';
import { benchAllocate } from './bench/allocate.ts';
import { benchCreate } from './bench/create.ts';
import { benchFanout } from './bench/fanout.ts';
import { toLine, toText, type Figure } from './bench/figure.ts';
import { benchList } from './bench/list.ts';
import { benchMemory } from './bench/memory.ts';
import { benchRead } from './bench/read.ts';
import { renderReport } from './bench/report.ts';
import { keep, keptResults } from './bench/results.ts';
import { fullEffort, quickEffort, type Effort } from './bench/rounds.ts';
import { missingPeer, peerName } from './bench/sides.ts';
import { benchStart } from './bench/start.ts';

const benches = new Map<string, (effort: Effort) => Promise<Figure[]>>([
  ['start', benchStart],
  ['create', benchCreate],
  ['read', benchRead],
  ['fanout', benchFanout],
  ['list', benchList],
  ['memory', benchMemory],
  ['allocate', benchAllocate],
]);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, report: { type: 'boolean', default: false } },
});
const unknown = positionals.filter((name) => !benches.has(name));
if (unknown.length > 0) {
  console.error(`no benchmark is called ${unknown.join(', ')}; there are: ${[...benches.keys()].join(', ')}`);
  process.exit(1);
}
if (positionals.length > 0 || !values.report) await measure();
if (values.report) {
  writeFileSync(join(root, 'docs/performance.md'), renderReport(keptResults()));
  console.error('docs/performance.md was written.');
}

async function measure(): Promise<void> {
  const names = positionals.length > 0 ? positionals : [...benches.keys()];
  const missing = missingPeer();
  if (missing !== undefined) console.log(`There is nobody to compare with: ${missing}.`);
  const figures: Figure[] = [];
  for (const name of names) {
    console.log(`${name} …`);
    figures.push(...((await benches.get(name)?.(values.quick ? quickEffort : fullEffort)) ?? []));
  }
  const peer = peerName();
  const lines = figures.map((figure) => toLine(figure, peer));
  const command = ['npm run bench --', ...names, ...(values.quick ? ['--quick'] : [])].join(' ');
  const cores = cpus();
  const setting = {
    date: new Date().toISOString().slice(0, 10),
    command,
    node: process.versions.node,
    machine: `${cores.length} × ${cores[0]?.model ?? 'unknown processor'}`,
  };
  keep(lines.map((line) => ({ ...line, ...setting })));
  for (const line of lines) console.log(toText(line));
  for (const line of lines) console.log(JSON.stringify(line));
}

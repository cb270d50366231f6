/**
 * `npm run bench [-- NAME…] [--quick] [--large] [--report] [--help]`: our figures beside those of the real components, in the same run. The
 * last lines on standard output are one JSON object a figure (B1).
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../e2e/server.ts';
import { benchAllocate } from './bench/allocate.ts';
import { benchControllers } from './bench/controllers.ts';
import { benchCreate } from './bench/create.ts';
import { benchDns } from './bench/dns.ts';
import { benchFanout } from './bench/fanout.ts';
import { toLine, toText, type Figure } from './bench/figure.ts';
import { benchList } from './bench/list.ts';
import { benchMemory } from './bench/memory.ts';
import { benchOperator } from './bench/operator.ts';
import { benchProxy } from './bench/proxy.ts';
import { benchRead } from './bench/read.ts';
import { renderReport } from './bench/report.ts';
import { keep, keptResults } from './bench/results.ts';
import { fullEffort, quickEffort, type Effort } from './bench/rounds.ts';
import { missingPeer, peerName } from './bench/sides.ts';
import { benchRelay } from './bench/relay.ts';
import { benchStart } from './bench/start.ts';
import { benchStorage } from './bench/storage.ts';
import { benchTesting } from './bench/testing.ts';

interface Bench {
  readonly what: string;
  readonly run: (effort: Effort) => Promise<Figure[]>;
}

const benches = new Map<string, Bench>([
  ['start', { what: 'from the start of the process to ready, on an empty data directory', run: benchStart }],
  ['create', { what: 'durable creates of ConfigMaps with 1, 16 and 64 clients, and of Services', run: benchCreate }],
  ['read', { what: 'reading one object', run: benchRead }],
  ['fanout', { what: 'one event to 1,000 watchers', run: benchFanout }],
  ['list', { what: 'a list of 10,000 Services, and memory meanwhile', run: benchList }],
  [
    'storage',
    {
      what: 'creates, reads and watches of 1 and 2 of our API servers beside kube-apiserver on one etcd',
      run: benchStorage,
    },
  ],
  ['memory', { what: 'resident memory, empty and with 100,000 Pods', run: benchMemory }],
  ['testing', { what: '`await start()` in a jest worker, the first and those after', run: benchTesting }],
  ['relay', { what: 'the user-space relay beside HAProxy', run: benchRelay }],
  ['proxy', { what: 'loading the rules of thousands of Services, then one change', run: benchProxy }],
  [
    'controllers',
    { what: 'cold sync of the endpoint controllers, then 100 changes of Pods a second', run: benchControllers },
  ],
  ['operator', { what: 'the cluster of a test, and the suite of examples/operator', run: benchOperator }],
  ['allocate', { what: 'creates of Services beside ever more of them, and the allocator alone', run: benchAllocate }],
  ['dns', { what: 'cluster DNS beside CoreDNS, one core each for server and dnsperf', run: benchDns }],
]);

const usage = `Measures Fairlead beside etcd + kube-apiserver (\`npm run peers\` fetches them), both in turn on this machine.

Usage: npm run bench -- [NAME…] [--quick | --large] [--report]

${Array.from(benches, ([name, { what }]) => `  ${name.padEnd(12)}${what}`).join('\n')}

Without a name all of them run, which takes about half an hour.

  --quick   less of everything, in a few minutes: for a first look, not for a claim
  --large   sizes that take very long as well: 10,000 Services for controllers
  --report  write docs/performance.md afterwards; without a name, from the last figures and without measuring
  --help    this text
`;

const { values, positionals } = parseArguments();
if (values.help) process.stdout.write(usage);
else await run();

function parseArguments() {
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      allowPositionals: true,
      options: { quick: flag, large: flag, report: flag, help: { ...flag, short: 'h' } },
    });
  } catch (error) {
    // Node adds how to pass a name that starts with a dash, which none does.
    return refuse((error as Error).message.split('. ')[0] ?? '');
  }
}

function refuse(why: string): never {
  console.error(`bench: ${why}\n\n${usage}`);
  process.exit(1);
}

async function run(): Promise<void> {
  const unknown = positionals.filter((name) => !benches.has(name));
  if (unknown.length > 0) {
    refuse(`no benchmark is called ${unknown.join(', ')}; there are: ${[...benches.keys()].join(', ')}`);
  }
  if (positionals.length > 0 || !values.report) await measure();
  if (!values.report) return;
  writeFileSync(join(root, 'docs/performance.md'), renderReport(keptResults()));
  console.error('docs/performance.md was written.');
}

async function measure(): Promise<void> {
  if (values.quick && values.large) refuse('--quick and --large exclude each other');
  const effort = values.quick ? quickEffort : { ...fullEffort, large: values.large };
  const names = positionals.length > 0 ? positionals : [...benches.keys()];
  const missing = missingPeer();
  if (missing !== undefined) console.log(`There is nobody to compare with: ${missing}.`);
  const figures: Figure[] = [];
  for (const name of names) {
    console.log(`${name} …`);
    figures.push(...((await benches.get(name)?.run(effort)) ?? []));
  }
  const peer = peerName();
  const lines = figures.map((figure) => toLine(figure, figure.peer ?? peer));
  const command = [
    'npm run bench --',
    ...names,
    ...(values.quick ? ['--quick'] : []),
    ...(values.large ? ['--large'] : []),
  ].join(' ');
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

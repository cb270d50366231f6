/** client-go, as controllers use it: a small program of ours, built with the Go of this machine. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findProgram, root, runProgram } from '../../server.ts';
import type { Check } from '../../suite.ts';
import { startTarget, type Target } from '../target.ts';

const source = join(root, 'e2e/clients/go');
const program = join(root, '.cache/e2e/client-go');

interface Scenario {
  readonly name: string;
  readonly about: string;
  readonly refusals?: readonly string[];
  /** What may be refused or not, as chance has it. */
  readonly mayBeRefused?: readonly string[];
  /** Ends the server and starts it again. */
  readonly restarts?: true;
}

const scenarios: readonly Scenario[] = [
  { name: 'discovery', about: 'discovery, REST mapper and OpenAPI' },
  { name: 'informers', about: 'informers filled by WatchList agree with a list' },
  { name: 'metadata', about: 'an informer of metadata, deletion in the foreground' },
  {
    name: 'protobuf',
    about: 'what is sent as protobuf is stored as if it had been JSON',
    refusals: ['409 DELETE configmaps/{name}'],
  },
  { name: 'apply', about: 'server-side apply by two managers', refusals: ['409 PATCH services/{name}'] },
  { name: 'dynamic', about: 'the dynamic client: create, patch, apply, watch, delete' },
  { name: 'paging', about: 'a list in pages is one snapshot' },
  {
    name: 'conflicts',
    about: 'writers that retry on conflict lose no step',
    refusals: ['409 PUT configmaps/{name}'],
  },
  { name: 'crowd', about: '600 watches of one client, more than a connection has streams' },
  { name: 'events', about: 'both event recorders' },
  {
    name: 'leases',
    about: 'leader election of two: 60 renewals, then a hand-over',
    refusals: ['404 GET coordination.k8s.io/leases/{name}'],
    // Both reach for the Lease that the first let go.
    mayBeRefused: ['409 PUT coordination.k8s.io/leases/{name}'],
  },
  { name: 'reconnect', about: 'an informer lives through two new starts of the server', restarts: true },
];

export const missingGo = (): string | undefined =>
  findProgram('go') === undefined ? 'Go is not installed, so client-go is not tried; https://go.dev/dl' : undefined;

/** Has a server of its own, which is ended and started again while an informer runs. */
export async function runClientGo(check: Check): Promise<void> {
  build();
  await using target = await startTarget();
  for (const scenario of scenarios) {
    if (scenario.restarts === true && target.restart === undefined) continue;
    await check(`client-go: ${scenario.about}`, () => play(target, scenario));
  }
}

function build(): void {
  mkdirSync(join(program, '..'), { recursive: true });
  const { code, stderr } = runProgram('go', ['build', '-C', source, '-o', program, '.'], { seconds: 600 });
  assert.equal(code, 0, `go build: ${stderr}`);
}

interface Line {
  readonly ask?: 'restart';
  readonly error?: string;
}

async function play(target: Target, { name, refusals = [], mayBeRefused = [], restarts }: Scenario): Promise<void> {
  const child = spawn(program, [target.kubeconfig, name], { timeout: 120_000 });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  let outcome: Line | undefined;
  for await (const text of createInterface({ input: child.stdout })) {
    const line = JSON.parse(text) as Line;
    if (line.ask === 'restart') {
      await target.restart?.();
      child.stdin.write('\n');
    } else outcome = line;
  }
  assert.ok(outcome !== undefined, `the program ended before its time:\n${log}`);
  const refused = await target.refusals(`fairlead-go/${name}`);
  if (outcome.error !== undefined) throw new Error(`${outcome.error}\n${log}`);
  const unexpected = refused.filter((line) => !mayBeRefused.includes(line));
  assert.deepEqual(unexpected, refusals, 'refused requests');
  // While the server is away, client-go may say so.
  if (restarts !== true) assert.deepEqual(log.match(/^[WEF]\d{4} .*$/gm) ?? [], [], 'warnings and errors of client-go');
}

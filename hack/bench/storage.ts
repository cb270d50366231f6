/** Everybody on one etcd: one and two of our API servers beside kube-apiserver. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { adminToken, startRealControlPlane } from '../../e2e/peers.ts';
import { startServer } from '../../e2e/server.ts';
import { spreadOf, type Figure } from './figure.ts';
import { configMaps } from './objects.ts';
import { alternate, type Effort } from './rounds.ts';
import { ratePerSecond, runJob } from './run-job.ts';
import { missingPeer, tokenFile, type Side, type Sides } from './sides.ts';

/** Our servers on that etcd, under a prefix of their own; one Side for each. */
async function startOnEtcd(
  etcd: string,
  prefix: string,
  servers: number,
  stack: AsyncDisposableStack,
): Promise<Side[]> {
  const tokens = stack.use(tokenFile());
  const flags = ['--etcd-servers', etcd, '--etcd-prefix', prefix, '--token-auth-file', tokens.path];
  const started: Side[] = [];
  for (let n = 0; n < servers; n += 1) {
    const server = stack.use(await startServer('apiserver', ...flags));
    const ca = readFileSync(join(server.folder, 'pki/ca.crt'), 'utf8');
    started.push({ url: server.url, ca, token: adminToken, pids: [server.pid], [Symbol.asyncDispose]: async () => {} });
  }
  return started;
}

export async function benchStorage(effort: Effort): Promise<Figure[]> {
  const missing = missingPeer();
  if (missing !== undefined) {
    console.log(`storage is skipped: ${missing}`);
    return [];
  }
  await using stack = new AsyncDisposableStack();
  const plane = stack.use(await startRealControlPlane());
  const theirs: Side = {
    url: plane.url,
    ca: plane.identity.ca.cert,
    token: adminToken,
    pids: plane.pids,
    [Symbol.asyncDispose]: async () => {},
  };
  const alone = await startOnEtcd(plane.etcd, '/one', 1, stack);
  const pair = await startOnEtcd(plane.etcd, '/two', 2, stack);
  const figures: Figure[] = [];
  for (const [name, ours] of [
    ['1 API server', alone],
    ['2 API servers', pair],
  ] as const) {
    const [first] = ours;
    if (first === undefined) continue;
    const sides: Sides = { ours: first, theirs, [Symbol.asyncDispose]: async () => {} };
    figures.push(...(await measure(name, sides, ours, effort)));
  }
  return figures;
}

async function measure(name: string, sides: Sides, ours: readonly Side[], effort: Effort): Promise<Figure[]> {
  const scale = effort.quick ? 0.3 : 1;
  const id = ours.length;
  const servers = (side: Side): readonly Side[] => (side === sides.ours ? ours : [side]);
  for (const side of [...ours, sides.theirs]) {
    if (side === undefined) continue;
    await runJob(side, {
      kind: 'create',
      of: 'configMaps',
      clients: 16,
      count: Math.ceil(3_000 * scale),
      prefix: `warm-${id}-${ours.indexOf(side)}`,
    });
  }
  const figures: Figure[] = [];
  for (const clients of [1, 16, 64]) {
    if (clients < ours.length) continue;
    const count = Math.ceil((clients === 1 ? 600 : 4_000) * scale);
    const about = {
      bench: `storage-create-${clients}-of-${id}`,
      what: `durable creates on etcd, ${clients} clients, ${name}`,
    };
    figures.push(
      await alternate({ ...about, unit: 'ops/s', better: 'higher' }, sides, effort.rounds, (side, round) =>
        shared(servers(side), clients, count, (one, index, part) =>
          ratePerSecond(one, {
            kind: 'create',
            of: 'configMaps',
            ...part,
            prefix: `storage-${id}-${clients}-${round}-${index}`,
          }),
        ),
      ),
    );
  }
  await runJob(sides.ours, { kind: 'ensure', of: 'configMaps', name: 'read-0' });
  if (sides.theirs !== undefined) await runJob(sides.theirs, { kind: 'ensure', of: 'configMaps', name: 'read-0' });
  for (const clients of [1, 16]) {
    if (clients < ours.length) continue;
    const count = Math.ceil((clients === 1 ? 1_500 : 8_000) * scale);
    const about = {
      bench: `storage-read-${clients}-of-${id}`,
      what: `consistent reads on etcd, ${clients} clients, ${name}`,
    };
    figures.push(
      await alternate({ ...about, unit: 'ops/s', better: 'higher' }, sides, effort.rounds, (side) =>
        shared(servers(side), clients, count, (one, _, part) =>
          ratePerSecond(one, { kind: 'get', path: `${configMaps.path}/read-0`, ...part }),
        ),
      ),
    );
  }
  if (ours.length > 1) return figures;
  const watch = { bench: 'storage-watch', what: 'one event to 100 watchers on etcd, until the last has it' };
  figures.push(
    await alternate({ ...watch, unit: 'ms', better: 'lower' }, sides, effort.rounds, async (side) => {
      const { ms } = await runJob(side, { kind: 'fanout', watchers: 100, events: effort.quick ? 10 : 40 });
      return spreadOf(ms)?.median ?? NaN;
    }),
  );
  return figures;
}

/** The same work spread over several servers: their rates together. */
async function shared(
  servers: readonly Side[],
  clients: number,
  count: number,
  run: (side: Side, index: number, part: { clients: number; count: number }) => Promise<number>,
): Promise<number> {
  const part = { clients: clients / servers.length, count: Math.ceil(count / servers.length) };
  const rates = await Promise.all(servers.map((side, index) => run(side, index, part)));
  return rates.reduce((sum, rate) => sum + rate, 0);
}

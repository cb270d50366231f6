/** A cluster that moves from SQLite to etcd and back, with a copy that is killed on the way. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../../pkg/storage/sqlite/index.ts';
import { root, runProgram } from '../server.ts';
import type { Check } from '../suite.ts';
import { startEtcdCluster } from './members.ts';

const objects = Number(process.env['FAIRLEAD_ETCD_OBJECTS'] ?? 20_000);
const program = join(root, 'pkg/cmd/fairlead.mjs');

export async function moving(check: Check): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-moving-'));
  try {
    await using cluster = await startEtcdCluster(1);
    const etcd = `etcd:${cluster.endpoints[0]}`;
    const [here, back] = [`sqlite:${join(folder, 'here')}`, `sqlite:${join(folder, 'back')}`];
    const revision = await fill(join(folder, 'here/store'));
    await check(`K26: ${objects} objects to etcd, killed three times on the way`, async () => {
      const copy = ['storage', 'migrate', '--from', here, '--to', etcd];
      for (const part of [0.1, 0.35, 0.6]) await killedAt(part * objects, cluster.endpoints[0] ?? '', copy);
      const { code, stdout, stderr } = runProgram(process.execPath, [
        program,
        'storage',
        'migrate',
        '--from',
        here,
        '--to',
        etcd,
      ]);
      assert.equal(code, 0, stderr);
      assert.match(stdout, new RegExp(`: ${objects} objects`));
      assert.ok(Number(/from (\d+)/.exec(stdout)?.[1]) > revision, 'versions went back');
    });
    await check('K26: and back, in less than a minute, with the same sum', () => {
      const begun = performance.now();
      const { code, stdout, stderr } = runProgram(process.execPath, [
        program,
        'storage',
        'migrate',
        '--from',
        etcd,
        '--to',
        back,
      ]);
      assert.equal(code, 0, stderr);
      assert.ok(performance.now() - begun < 60_000);
      const sums = [here, back].map((at) =>
        sumOf(runProgram(process.execPath, [program, 'storage', 'check', '--at', at]).stdout),
      );
      assert.equal(sums[0], sums[1]);
      assert.match(stdout, new RegExp(String(sums[0])));
    });
    await check('K1: a backup is restored, far behind the versions that were given', () => {
      const file = join(folder, 'backup.gz');
      const restored = `sqlite:${join(folder, 'restored')}`;
      assert.equal(runProgram(process.execPath, [program, 'storage', 'backup', file, '--from', etcd]).code, 0);
      const { code, stdout } = runProgram(process.execPath, [program, 'storage', 'restore', file, '--to', restored]);
      assert.equal(code, 0);
      assert.ok(Number(/from (\d+)/.exec(stdout)?.[1]) > revision + 1_000_000);
      assert.notEqual(runProgram(process.execPath, [program, 'storage', 'restore', file, '--to', restored]).code, 0);
    });
    await check('a copy that is not finished is not served', async () => {
      const half = join(folder, 'half');
      const store = await openSqliteStore({ directory: join(half, 'store') });
      await store.create('/registry/fairlead.dev/migration', '{}');
      await store.close();
      const flags = ['apiserver', '--data-dir', half, '--secure-port', '0'];
      const { code, stderr } = runProgram(process.execPath, [program, ...flags], { seconds: 10 });
      assert.equal(code, 1);
      assert.match(stderr, /filled only in part/);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const sumOf = (text: string): string => /sha256 ([0-9a-f]{64})/.exec(text)?.[1] ?? 'none';

async function fill(directory: string): Promise<number> {
  await using store = await openSqliteStore({ directory });
  const padding = 'x'.repeat(600);
  for (let first = 0; first < objects; first += 1_000) {
    const stretch = Array.from({ length: Math.min(1_000, objects - first) }, (_, n) => `cm-${first + n}`);
    await Promise.all(
      stretch.map((name) => {
        const metadata = {
          name,
          namespace: 'default',
          uid: crypto.randomUUID(),
          creationTimestamp: '2026-01-01T00:00:00Z',
        };
        const object = { kind: 'ConfigMap', apiVersion: 'v1', metadata, data: { padding } };
        return store.create(`/registry/configmaps/default/${name}`, JSON.stringify(object));
      }),
    );
  }
  return store.currentRevision();
}

/** Killed once so many objects have arrived. */
async function killedAt(arrived: number, endpoint: string, args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [program, ...args], { stdio: 'ignore' });
  const gone = once(child, 'exit');
  while ((await keysIn(endpoint)) < arrived) {
    assert.equal(child.exitCode, null, 'the copy ended before it was killed');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  child.kill('SIGKILL');
  const [, signal] = (await gone) as [number | null, string | null];
  assert.equal(signal, 'SIGKILL', 'the copy ended before it was killed');
}

/** Through the JSON gateway: from the zero byte to the end, counted only. */
async function keysIn(endpoint: string): Promise<number> {
  const body = JSON.stringify({ key: 'AA==', range_end: 'AA==', count_only: true });
  const answer = await fetch(`${endpoint}/v3/kv/range`, { method: 'POST', body });
  const { count = '0' } = (await answer.json()) as { count?: string };
  return Number(count);
}

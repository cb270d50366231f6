/** A real etcd on loopback for the contract suites, if this machine has one. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { VirtualClock } from '../../clock/index.ts';
import { TemporaryDirectory } from '../contract/temporary-directory.ts';
import type { Subject } from '../store.contract.ts';
import type { Store } from '../store.ts';
import { openEtcdStore } from './index.ts';

const peer = resolve(import.meta.dirname, '../../../.peers/bin/etcd');

/** The program, or why there is none. */
export function findEtcd(): { readonly path: string } | { readonly missing: string } {
  if (existsSync(peer)) return { path: peer };
  const { status } = spawnSync('etcd', ['--version']);
  return status === 0 ? { path: 'etcd' } : { missing: 'no etcd: `npm run peers` builds one, or install etcd-server' };
}

/** A running etcd of one member with a data directory of its own. */
export interface LocalEtcd {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Starts it on free ports, or where another one was. */
export async function startEtcd(path: string, { at }: { readonly at?: string } = {}): Promise<LocalEtcd> {
  const scratch = new TemporaryDirectory();
  const [client, other] = await Promise.all([freePort(), freePort()]);
  const endpoint = at ?? `http://127.0.0.1:${client}`;
  const peerUrl = `http://127.0.0.1:${other}`;
  const args = [
    ['--data-dir', join(scratch.path, 'data')],
    ['--listen-client-urls', endpoint, '--advertise-client-urls', endpoint],
    [
      '--listen-peer-urls',
      peerUrl,
      '--initial-advertise-peer-urls',
      peerUrl,
      '--initial-cluster',
      `default=${peerUrl}`,
    ],
    ['--max-request-bytes', String(4 * 1024 * 1024), '--unsafe-no-fsync', '--log-level', 'error'],
  ].flat();
  const child = spawn(path, args, { stdio: 'ignore' });
  return {
    endpoint,
    async stop() {
      await killed(child);
      scratch[Symbol.dispose]();
    },
  };
}

function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((done) => {
    child.once('exit', () => done());
    child.kill('SIGKILL');
  });
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

let subjects = 0;

/** A store under a prefix of its own. Time is the test's: leases are long, and revoked when their time would be over. */
export async function makeEtcdSubject(endpoint: string): Promise<Subject> {
  subjects += 1;
  const opened = await openEtcdStore({ endpoints: [endpoint], prefix: `/test-${String(subjects).padStart(4, '0')}` });
  const clock = new VirtualClock();
  const leases: { readonly lease: number; readonly due: number }[] = [];
  const grant = opened.grantLease.bind(opened);
  opened.grantLease = async (ttl) => {
    const lease = await grant(Number.isFinite(ttl) && ttl > 0 ? ttl + 3600 : ttl);
    leases.push({ lease, due: clock.monotonic() + ttl * 1000 });
    return lease;
  };
  const store: Store = opened;
  return {
    store,
    async advance(ms) {
      await clock.advance(ms);
      const due = leases.filter((each) => each.due <= clock.monotonic()).sort((a, b) => a.due - b.due);
      for (const { lease } of due) await opened.revokeLease(lease);
      leases.splice(0, leases.length, ...leases.filter((each) => !due.includes(each)));
    },
    dispose: () => store.close(),
  };
}

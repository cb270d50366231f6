/** Our server and the real control plane, each as processes of their own with durable storage and the same users. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adminToken, missingPeers, peerPath, startRealControlPlane, usersFile } from '../../e2e/peers.ts';
import { startServer } from '../../e2e/server.ts';

export interface Side extends AsyncDisposable {
  readonly url: string;
  /** PEM of the CA behind its serving certificate. */
  readonly ca: string;
  readonly token: string;
  readonly pids: readonly number[];
  /** Where its etcd is, if it has one. */
  readonly etcd?: string;
}

export interface SideOptions {
  readonly serviceCidr?: string;
}

export type SideName = 'ours' | 'theirs';

/** The file that makes the administrator of both sides one. */
export function tokenFile(): Disposable & { readonly path: string } {
  const scratch = mkdtempSync(join(tmpdir(), 'fairlead-bench-'));
  const path = join(scratch, 'tokens.csv');
  writeFileSync(path, usersFile, { mode: 0o600 });
  return { path, [Symbol.dispose]: () => rmSync(scratch, { recursive: true, force: true }) };
}

export async function startOurs({ serviceCidr }: SideOptions = {}): Promise<Side> {
  const tokens = tokenFile();
  const server = await startServer(
    'apiserver',
    '--token-auth-file',
    tokens.path,
    ...(serviceCidr === undefined ? [] : ['--service-cluster-ip-range', serviceCidr]),
  );
  return {
    url: server.url,
    ca: readFileSync(join(server.folder, 'pki/ca.crt'), 'utf8'),
    token: adminToken,
    pids: [server.pid],
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      tokens[Symbol.dispose]();
    },
  };
}

export async function startTheirs(options: SideOptions = {}): Promise<Side> {
  const plane = await startRealControlPlane(options);
  return {
    url: plane.url,
    ca: plane.identity.ca.cert,
    token: adminToken,
    pids: plane.pids,
    etcd: plane.etcd,
    [Symbol.asyncDispose]: () => plane[Symbol.asyncDispose](),
  };
}

/** Why there is nothing to compare with; undefined when there is. */
export const missingPeer = (): string | undefined => missingPeers('etcd', 'kube-apiserver');

/** `etcd 3.6.16 + kube-apiserver 1.36.3` */
export function peerName(): string {
  if (missingPeer() !== undefined) return 'none';
  return `etcd ${versionOf('etcd')} + kube-apiserver ${versionOf('kube-apiserver')}`;
}

function versionOf(program: string): string {
  const { stdout } = spawnSync(peerPath(program), ['--version'], { encoding: 'utf8' });
  return /\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? 'of unknown version';
}

/** Starts whom there is; `theirs` is absent when the peer is. */
export async function startBoth(options: SideOptions = {}): Promise<Sides> {
  const ours = await startOurs(options);
  const theirs = missingPeer() === undefined ? await startTheirs(options) : undefined;
  return {
    ours,
    ...(theirs === undefined ? {} : { theirs }),
    [Symbol.asyncDispose]: async () => {
      await ours[Symbol.asyncDispose]();
      await theirs?.[Symbol.asyncDispose]();
    },
  };
}

export interface Sides extends AsyncDisposable {
  readonly ours: Side;
  readonly theirs?: Side;
}

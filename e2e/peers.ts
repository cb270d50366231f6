/** The real components that we compare with, as `npm run peers` puts them into .peers/bin. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadIdentity, type Identity } from '../pkg/apiserver/authn/certificates.ts';
import { adminKubeconfig } from '../pkg/apiserver/authn/kubeconfig.ts';
import { root } from './server.ts';

export const peerPath = (name: string): string => join(root, '.peers/bin', name);

/** Why a suite that needs these cannot run; undefined when all are there. */
export function missingPeers(...names: readonly string[]): string | undefined {
  const absent = names.filter((name) => !existsSync(peerPath(name)));
  return absent.length === 0 ? undefined : `${absent.join(', ')} not found; npm run peers builds what Go can build`;
}

export interface RealControlPlane extends AsyncDisposable {
  readonly url: string;
  readonly kubeconfig: string;
  readonly identity: Identity;
  readonly folder: string;
  /** Where clients of its etcd ask. */
  readonly etcd: string;
  /** Of kube-apiserver and etcd. */
  readonly pids: readonly number[];
}

export interface RealOptions {
  readonly serviceCidr?: string;
  readonly flags?: readonly string[];
}

/** etcd and kube-apiserver on free loopback ports with a data folder of their own. */
export async function startRealControlPlane(options: RealOptions = {}): Promise<RealControlPlane> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-real-'));
  const [client, peer, secure] = await Promise.all([freePort(), freePort(), freePort()]);
  const identity = writeIdentity(folder);
  const etcd = start(
    folder,
    'etcd',
    [
      ['--data-dir', join(folder, 'etcd')],
      ['--listen-client-urls', `http://127.0.0.1:${client}`],
      ['--advertise-client-urls', `http://127.0.0.1:${client}`],
      ['--listen-peer-urls', `http://127.0.0.1:${peer}`],
      ['--initial-advertise-peer-urls', `http://127.0.0.1:${peer}`],
      ['--initial-cluster', `default=http://127.0.0.1:${peer}`],
    ].flat(),
  );
  await untilAnswers(etcd, `http://127.0.0.1:${client}/health`);
  const api = start(folder, 'kube-apiserver', [
    `--etcd-servers=http://127.0.0.1:${client}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${secure}`,
    `--tls-cert-file=${join(folder, 'serving.crt')}`,
    `--tls-private-key-file=${join(folder, 'serving.key')}`,
    `--client-ca-file=${join(folder, 'ca.crt')}`,
    `--token-auth-file=${join(folder, 'tokens.csv')}`,
    '--authorization-mode=RBAC',
    `--service-cluster-ip-range=${options.serviceCidr ?? '10.96.0.0/16'}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${join(folder, 'sa.pub')}`,
    `--service-account-signing-key-file=${join(folder, 'sa.key')}`,
    '--endpoint-reconciler-type=none',
    ...(options.flags ?? []),
  ]);
  const url = `https://127.0.0.1:${secure}`;
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, adminKubeconfig(url, identity), { mode: 0o600 });
  await untilReady(api, url, identity);
  return {
    url,
    kubeconfig,
    identity,
    folder,
    etcd: `http://127.0.0.1:${client}`,
    pids: [api, etcd].flatMap(({ pid }) => pid ?? []),
    [Symbol.asyncDispose]: async () => {
      // The API server first: it waits for etcd when both go at once.
      await stop(api);
      await stop(etcd);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Bearer token of a member of system:masters, the same on every real server of ours. */
export const adminToken = 'fairlead-e2e-admin';
/** … and of a user without rights. */
export const nobodyToken = 'fairlead-e2e-nobody';
/** Both, as a file of static tokens. */
export const usersFile = `${adminToken},admin,admin-uid,system:masters\n${nobodyToken},nobody,nobody-uid\n`;

function writeIdentity(folder: string): Identity {
  const identity = loadIdentity({
    names: ['localhost', 'kubernetes.default.svc'],
    addresses: ['127.0.0.1', '10.96.0.1'],
    now: Date.now(),
  });
  const files: Record<string, string> = {
    'ca.crt': identity.ca.cert,
    'serving.crt': identity.serving.cert,
    'serving.key': identity.serving.key,
    'sa.key': identity.tokenKeys.privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
    'sa.pub': identity.tokenKeys.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    'tokens.csv': usersFile,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o600 });
  return identity;
}

function start(folder: string, name: string, args: readonly string[]): ChildProcess {
  const child = spawn(peerPath(name), args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const log = createWriteStream(join(folder, `${name}.log`));
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  return child;
}

export function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const force = setTimeout(() => child.kill('SIGKILL'), 15_000);
    child.once('exit', () => {
      clearTimeout(force);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function untilAnswers(child: ChildProcess, url: string): Promise<void> {
  await poll(child, async () => (await fetch(url)).ok);
}

async function untilReady(child: ChildProcess, url: string, { ca }: Identity): Promise<void> {
  const { Agent, request } = await import('undici');
  const dispatcher = new Agent({ connect: { ca: ca.cert } });
  await poll(child, async () => {
    const { statusCode, body } = await request(`${url}/readyz`, { dispatcher });
    await body.dump();
    return statusCode === 200;
  });
  await dispatcher.close();
}

async function poll(child: ChildProcess, ready: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended with ${child.exitCode}`);
    try {
      if (await ready()) return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    if (Date.now() > deadline) throw new Error(`${child.spawnfile} did not become ready`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

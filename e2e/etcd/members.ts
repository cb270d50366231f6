/** An etcd cluster of several members on loopback, whose members can be killed and started again. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, peerPath } from '../peers.ts';
import { eventually } from '../rest.ts';

export interface EtcdCluster extends AsyncDisposable {
  readonly endpoints: readonly string[];
  readonly size: number;
  /** SIGKILL: nothing is finished, nothing is said. */
  kill(member: number): Promise<void>;
  restart(member: number): Promise<void>;
  isHealthy(member: number): Promise<boolean>;
}

export async function startEtcdCluster(size: number): Promise<EtcdCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-etcd-'));
  const ports = await Promise.all(Array.from({ length: 2 * size }, () => freePort()));
  const endpoints = ports.slice(0, size).map((port) => `http://127.0.0.1:${port}`);
  const peers = ports.slice(size).map((port) => `http://127.0.0.1:${port}`);
  const cluster = peers.map((url, member) => `m${member}=${url}`).join(',');
  const running = new Map<number, ChildProcess>();
  const start = (member: number): void => {
    const [client, peer] = [endpoints[member] ?? '', peers[member] ?? ''];
    const flags = [
      ['--name', `m${member}`, '--data-dir', join(folder, `m${member}`), '--log-level', 'error'],
      ['--listen-client-urls', client, '--advertise-client-urls', client],
      ['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer, '--initial-cluster', cluster],
    ].flat();
    running.set(member, spawn(peerPath('etcd'), flags, { stdio: 'ignore' }));
  };
  const kill = async (member: number): Promise<void> => {
    const child = running.get(member);
    running.delete(member);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  };
  const isHealthy = async (member: number): Promise<boolean> => {
    try {
      const response = await fetch(`${endpoints[member]}/health`, { signal: AbortSignal.timeout(2000) });
      return response.ok;
    } catch {
      return false;
    }
  };
  for (let member = 0; member < size; member += 1) start(member);
  await eventually('a healthy etcd', async () => ((await isHealthy(0)) ? true : undefined), 30);
  return {
    endpoints,
    size,
    kill,
    isHealthy,
    restart: async (member) => {
      start(member);
      await eventually(`member ${member}`, async () => ((await isHealthy(member)) ? true : undefined), 30);
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(Array.from(running.keys(), (member) => kill(member)));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

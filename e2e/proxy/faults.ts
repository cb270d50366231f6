/** Traffic of Services that nobody touches goes on, whatever happens to the proxy; a counter of connections tells. */
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, RestClient } from '../rest.ts';
import { findProgram } from '../server.ts';
import type { Check } from '../suite.ts';
import { countConnections, type Tally } from './connections.ts';
import { startRunningProxy, type RunningProxy } from './running-proxy.ts';
import { others, TestCluster, type Mode } from './test-cluster.ts';

const thousand = 1000;

export async function checkFaults(mode: Mode, check: Check): Promise<void> {
  await using running = await startRunningProxy(`faults-${mode}`);
  const api = RestClient.fromKubeconfig(running.server.kubeconfig);
  const cluster = new TestCluster(api, running, mode);
  try {
    await cluster.fill();
    running.start(mode);
    await cluster.untilServed();
    await check(`${mode}: the API server goes away and comes back`, () =>
      uninterrupted(running, async () => {
        await running.server.restart();
        await cluster.change();
      }),
    );
    await check(`${mode}: the tool fails, once and again`, () => toolFails(running, cluster, mode));
    await check(`${mode}: kill −9 in the middle of syncs, and a new start`, () =>
      uninterrupted(running, async () => {
        for (let round = 0; round < 3; round += 1) {
          await cluster.write();
          await running.stop('SIGKILL');
          running.start(mode);
        }
        await cluster.change();
      }),
    );
    await check(`${mode}: a new start with ${thousand} Services present`, async () => {
      await cluster.fillUp(thousand);
      await uninterrupted(running, async () => {
        await running.stop();
        running.start(mode);
        await cluster.change();
      });
    });
    await check(`${mode}: a change of mode and back has no gap and leaves nothing`, async () => {
      await uninterrupted(running, async () => {
        for (const next of [others[mode], mode]) {
          await running.stop();
          running.start(next);
          await cluster.untilOnly(next);
        }
      });
    });
    await check(`${mode}: rules flushed by a stranger come back by themselves`, () => flushed(running, cluster, mode));
  } finally {
    await api.close();
  }
}

/** Runs the fault while connections are made; none may fail, and there must have been some. */
export async function uninterrupted(running: RunningProxy, fault: () => Promise<void>): Promise<void> {
  const counting = countConnections(running.network);
  try {
    await fault();
  } catch (error) {
    await counting.stop();
    throw new Error(`${(error as Error).message}\n${running.output().slice(-2000)}`, { cause: error });
  }
  told(await counting.stop(), running);
}

function told({ served, failures }: Tally, running: RunningProxy): void {
  console.log(`      ${served} connections served, ${failures.length} failed`);
  if (served < 20) throw new Error(`only ${served} connections were made`);
  if (failures.length > 0) throw new Error(`${failures.slice(0, 5).join('\n')}\n${running.output().slice(-2000)}`);
}

/** A tool that fails as long as a file exists, before the real one. */
async function toolFails(running: RunningProxy, cluster: TestCluster, mode: Mode): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-tools-'));
  const name = mode === 'iptables' ? 'iptables-restore' : 'nft';
  const [real = '', flag] = [findProgram(name), join(folder, 'fails')];
  try {
    writeFileSync(
      join(folder, name),
      `#!/bin/sh\nif [ -e ${flag} ]; then echo "$0: line 1 failed" >&2; exit 4; fi\nexec ${real} "$@"\n`,
    );
    chmodSync(join(folder, name), 0o755);
    await uninterrupted(running, async () => {
      await running.stop();
      running.start(mode, folder);
      await cluster.change();
      writeFileSync(flag, '');
      await cluster.write();
      await eventually('failures in the log', () =>
        running.output().includes('could not be written') ? true : undefined,
      );
      rmSync(flag);
      await cluster.untilWritten();
    });
  } finally {
    if (existsSync(folder)) rmSync(folder, { recursive: true });
  }
}

/**
 * Without rules a new connection goes nowhere until they are back, within a period; from then on none may fail. What was
 * begun before may still run out of patience after it.
 */
async function flushed(running: RunningProxy, cluster: TestCluster, mode: Mode): Promise<void> {
  const { onNode } = running.network;
  const counting = countConnections(running.network);
  try {
    if (mode === 'nftables') await onNode('nft', ['delete', 'table', 'ip', 'kube-proxy']);
    else
      for (const table of ['nat', 'filter', 'mangle'])
        for (const verb of ['-F', '-X']) await onNode('iptables', ['-t', table, verb]);
    const from = Date.now();
    await cluster.untilServed();
    const healedMs = Date.now() - from;
    const { served, failures } = { ...counting.tally, failures: counting.tally.failures.length };
    await eventually('connections after it', () => (counting.tally.served >= served + 100 ? true : undefined), 60);
    const late = counting.tally.failures.length - failures;
    console.log(
      `      healed after ${healedMs} ms, with a period of 1 s; ${failures + late} connections failed meanwhile`,
    );
    if (late > counting.workers) throw new Error(`${late} connections failed after the rules were back`);
    if (healedMs > 10_000) throw new Error(`the rules were back only after ${healedMs} ms`);
  } finally {
    await counting.stop();
  }
}

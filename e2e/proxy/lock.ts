/** Somebody holds the lock of iptables for longer than the tool waits: nothing is lost, and written when it is free. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { RestClient } from '../rest.ts';
import type { Check } from '../suite.ts';
import { uninterrupted } from './faults.ts';
import { startRunningProxy } from './running-proxy.ts';
import { TestCluster } from './test-cluster.ts';

/** `iptables-restore -w 5` gives up before it is free. */
const heldSeconds = 7;

/** `folder` holds iptables-legacy under the usual names: the other half has no lock. */
export async function checkLock(folder: string, check: Check): Promise<void> {
  const lock = join(folder, 'xtables.lock');
  await using running = await startRunningProxy('lock', { XTABLES_LOCKFILE: lock });
  const api = RestClient.fromKubeconfig(running.server.kubeconfig);
  const cluster = new TestCluster(api, running, 'iptables', join(folder, 'iptables-save'));
  try {
    await cluster.fill();
    running.start('iptables', folder);
    await cluster.untilServed();
    await check(`iptables legacy: the xtables lock is held for ${heldSeconds} s`, () =>
      uninterrupted(running, async () => {
        const holder = spawn('flock', [lock, 'sleep', `${heldSeconds}`], { stdio: 'ignore' });
        const freed = once(holder, 'exit');
        await once(holder, 'spawn');
        const from = Date.now();
        await cluster.change();
        const waited = Date.now() - from;
        await freed;
        console.log(`      written after ${(waited / 1000).toFixed(1)} s`);
        if (waited < 4000) throw new Error('the lock kept nobody waiting');
      }),
    );
  } finally {
    await api.close();
  }
}

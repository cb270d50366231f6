/**
 * `fairlead controllers` behind a bad link to `fairlead apiserver`: half-open connections (F13), two seconds of latency
 * (F14), a thin line while the caches fill (F15). The Lease stays theirs, and what they publish is right in the end.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnOurControllers } from '../our-controllers.ts';
import { RestClient } from '../rest.ts';
import { startServer } from '../server.ts';
import type { Suite } from '../suite.ts';
import { openLink, type Link } from './link.ts';
import { Town } from './town.ts';

interface Manager extends AsyncDisposable {
  readonly ended: boolean;
  readonly residentMb: number;
}

export const suite: Suite = {
  about: 'fairlead controllers behind connections that are silent, slow or thin',
  missing: () => undefined,
  async run(check) {
    await using server = await startServer('apiserver');
    const rest = RestClient.fromKubeconfig(server.kubeconfig);
    const town = new Town(rest);
    await town.found();
    const behind = (link: Link): string => {
      const path = join(server.folder, `kubeconfig-${link.port}`);
      const text = readFileSync(server.kubeconfig, 'utf8');
      writeFileSync(path, text.replaceAll(server.url, `https://127.0.0.1:${link.port}`), { mode: 0o600 });
      return path;
    };
    const port = Number(new URL(server.url).port);

    await check(
      'F13 every connection falls silent: the Lease is kept over new ones, and no change is lost',
      async () => {
        await using link = await openLink(port);
        await using manager = await startManager(behind(link));
        await town.flipAndSee(20);
        const holder = await town.holder();
        const before = link.opened;
        assert.ok(link.freeze() > 0);
        // Longer than the Lease lasts: without new connections it would be lost.
        await town.keepsLease(holder, 20);
        assert.ok(link.opened > before, 'no new connection was made');
        // CL3: a silent watch is given up after 90 seconds.
        await town.flipAndSee(110);
        assert.equal(manager.ended, false);
        assert.equal(await town.holder(), holder);
      },
    );
    await check('F14 answers take two seconds: the Lease is kept, and a change takes a few of them', async () => {
      await using link = await openLink(port);
      await using manager = await startManager(behind(link));
      await town.flipAndSee(20);
      const holder = await town.holder();
      link.manner.delayMs = 2000;
      await town.keepsLease(holder, 20);
      // The event, then the answers to the writes of before: never a timeout and its pause.
      await town.flipAndSee(12);
      assert.equal(manager.ended, false);
      assert.equal(await town.holder(), holder);
    });
    await check(
      'F15 100 KB/s while 3,000 Pods are listed: the caches fill, and memory stays within 300 MB',
      async () => {
        await town.grow(3000);
        await using link = await openLink(port);
        link.manner.bytesPerSecond = 100_000;
        await using manager = await startManager(behind(link), 180);
        await town.flipAndSee(60);
        assert.equal(manager.ended, false);
        assert.ok(manager.residentMb < 300, `${manager.residentMb} MB`);
        await town.keepsLease(await town.holder(), 5);
      },
    );
    await rest.close();
  },
};

/** Resolves when it leads. */
async function startManager(kubeconfig: string, seconds = 60): Promise<Manager> {
  const manager = await spawnOurControllers(kubeconfig);
  const leads = async (): Promise<boolean> => {
    const answer = await fetch(manager.metricsUrl).catch(() => undefined);
    return /^leader_election_master_status\{.*\} 1$/m.test((await answer?.text()) ?? '');
  };
  await manager.until('lead', leads, seconds);
  return {
    get ended() {
      return manager.ended;
    },
    get residentMb() {
      const [, kb] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${manager.pid}/status`, 'utf8')) ?? [];
      return Math.round(Number(kb) / 1024);
    },
    [Symbol.asyncDispose]: () => manager[Symbol.asyncDispose](),
  };
}

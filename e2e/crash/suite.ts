/** SIGKILL at random moments under load: to a writer of the store, and to a whole server that clients talk to (F40). */
import assert from 'node:assert/strict';
import { crashStore } from '../../hack/crash-store.ts';
import type { Suite } from '../suite.ts';
import { crashServer } from './crash-server.ts';

/** The whole run takes about six minutes on two cores; the usual one a minute and a half. */
const storeKills = Number(process.env['FAIRLEAD_STORE_KILLS'] ?? 500);
const serverKills = Number(process.env['FAIRLEAD_SERVER_KILLS'] ?? 25);
/** Directories that are written and killed side by side: a kill mostly waits for a process to start. */
const lanes = 2;

export const suite: Suite = {
  about: `${storeKills} kills of a store's writer (FAIRLEAD_STORE_KILLS=2000 for all) and ${serverKills} of a server`,
  missing: () => undefined,
  async run(check) {
    await check(
      `${storeKills} kills of a writer: nothing acknowledged is lost, no revision is used twice`,
      async () => {
        const reports = await Promise.all(
          Array.from({ length: lanes }, (_, lane) =>
            crashStore(Math.ceil(storeKills / lanes), (line) => console.log(`      lane ${lane}: ${line}`)),
          ),
        );
        for (const report of reports) {
          console.log(`      ${JSON.stringify(report)}`);
          assert.deepEqual(report.failures, []);
          assert.ok(report.acknowledged > report.kills, 'too little was written for anything to be lost');
        }
      },
    );
    await check(`${serverKills} kills of fairlead apiserver: a watcher's replay is what a list shows`, async () => {
      const report = await crashServer(serverKills, (line) => console.log(`      ${line}`));
      console.log(`      ${JSON.stringify(report)}`);
      assert.deepEqual(report.failures, []);
      assert.ok(report.acknowledged > report.kills, 'too little was written for anything to be lost');
    });
  },
};

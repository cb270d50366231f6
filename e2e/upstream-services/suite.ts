/**
 * Random requests about Services, from seeds, to a real kube-apiserver and to ours: code, headers that matter and
 * normalised body must agree. A difference is made small and printed with its seed.
 *
 *   FAIRLEAD_SEEDS=400       scenarios a cluster (20 requests each)       FAIRLEAD_FIRST_SEED=1
 *   FAIRLEAD_CLUSTERS=ipv4   only some of ipv4, ipv6, dual, dual6         FAIRLEAD_RECORD=1 writes the goldens
 */
import assert from 'node:assert/strict';
import { missingPeers } from '../peers.ts';
import type { Suite } from '../suite.ts';
import { compareScenarios, type Found } from './compare.ts';
import { makeScenario } from './make.ts';
import { writeRecording } from './recording.ts';
import { register } from './register.ts';
import type { Cluster } from './scenario.ts';
import { startPair } from './servers.ts';

const seeds = Number(process.env['FAIRLEAD_SEEDS'] ?? 265);
const firstSeed = Number(process.env['FAIRLEAD_FIRST_SEED'] ?? 1);
const clusters = (process.env['FAIRLEAD_CLUSTERS'] ?? 'ipv4,ipv6,dual,dual6').split(',') as Cluster[];

export const suite: Suite = {
  about: `${clusters.length} × ${seeds} scenarios of 20 requests to a real kube-apiserver and to ours`,
  missing: () => missingPeers('etcd', 'kube-apiserver'),
  async run(check) {
    const met = new Set<string>();
    for (const cluster of clusters) {
      await using pair = await startPair(cluster);
      const scenarios = Array.from({ length: seeds }, (_, index) => makeScenario(firstSeed + index, cluster));
      const started = performance.now();
      const { found, known, passing, requests } = await compareScenarios(pair, scenarios);
      const seconds = ((performance.now() - started) / 1000).toFixed(0);
      const registered = [...known].map(([why, count]) => `${count} × ${why.slice(0, 3).trim()}`).join(', ');
      console.log(`      ${cluster}: ${requests} requests in ${seconds} s, registered: ${registered || 'none'}`);
      if (passing.length > 0) console.log(`      did not happen again:\n        ${passing.join('\n        ')}`);
      for (const why of known.keys()) met.add(why);
      for (const one of found) await check(`${cluster} ${one.title}`, () => Promise.reject(tell(one)));
      await check(`${cluster}: no unexplained difference in ${requests} requests`, () => assert.equal(found.length, 0));
      if (process.env['FAIRLEAD_RECORD'] === '1') await writeRecording(pair.real, cluster);
    }
    if (seeds * clusters.length < 1000) return;
    await check('every entry of the register still is a difference', () => {
      assert.deepEqual(
        register.filter(({ why, rare }) => !rare && !met.has(why)).map(({ why }) => why),
        [],
      );
    });
  },
};

/** An error whose stack says nothing that its text does not. */
function tell({ differences, scenario }: Found): Error {
  const lines = [...differences, 'requests:', ...scenario.requests.map((request) => JSON.stringify(request))];
  const error = new Error(lines.join('\n').slice(0, 6000));
  error.stack = error.message;
  return error;
}

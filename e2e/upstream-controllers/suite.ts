/**
 * The same stories to two clusters, one with the controllers of the real kube-controller-manager, the other with ours.
 * After each round both come to rest, and what they wrote must agree. `FAIRLEAD_SEEDS` (3,000) says how many stories,
 * `FAIRLEAD_WAVE` (500) how many at once, each in a namespace of its own; `FAIRLEAD_CLIENTS_AGAINST=kube-apiserver` puts
 * both sides on real API servers. `FAIRLEAD_RECORD=1` keeps the first wave for `npm test`.
 */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { missingTarget, targetName } from '../clients/target.ts';
import { missingPeers } from '../peers.ts';
import { root } from '../server.ts';
import type { Suite } from '../suite.ts';
import { goldenPath } from './golden.ts';
import { countOperations } from './operation.ts';
import { register } from './register.ts';
import { storyOf } from './story.ts';
import { playWave, type WaveResult } from './wave.ts';

const seeds = Number(process.env['FAIRLEAD_SEEDS'] ?? 3000);
const waveSize = Number(process.env['FAIRLEAD_WAVE'] ?? 500);
const firstSeed = Number(process.env['FAIRLEAD_FIRST_SEED'] ?? 1);
/** Small slices show how endpoints are packed. */
const maxima = [3, 100, 5, 2, 4, 100];

const foundPath = join(root, '.cache/upstream-controllers.json');

export const suite: Suite = {
  about: `${seeds} stories to kube-controller-manager 1.36 and to our controllers, each on its own ${targetName}`,
  missing: () => missingTarget() ?? missingPeers('kube-controller-manager'),
  async run(check) {
    const met = new Set<string>();
    const totals = { operations: 0, exact: 0, together: 0, ours: 0, theirs: 0, refused: 0, known: 0 };
    for (let first = firstSeed, wave = 0; first < firstSeed + seeds; first += waveSize, wave += 1) {
      const last = Math.min(first + waveSize, firstSeed + seeds) - 1;
      const max = maxima[wave % maxima.length] ?? 100;
      await check(`stories ${first} to ${last}, at most ${max} endpoints a slice`, async () => {
        const stories = Array.from({ length: last - first + 1 }, (_, at) => storyOf(first + at));
        totals.operations += stories.reduce((sum, story) => sum + countOperations(story), 0);
        const result = await playWave(stories, max, (text) => console.log(`      ${text}`));
        if (wave === 0 && process.env['FAIRLEAD_RECORD'] === '1') record(result, max, first);
        for (const why of result.known) met.add(why);
        totals.known += result.knownTimes;
        totals.exact += result.exact;
        totals.together += result.together;
        totals.refused += result.refused;
        totals.ours += result.writes.ours;
        totals.theirs += result.writes.theirs;
        if (result.differences.length === 0) return;
        mkdirSync(join(root, '.cache'), { recursive: true });
        writeFileSync(foundPath, JSON.stringify(result.differences, null, 1));
        const [shown] = result.differences;
        const count = result.differences.length;
        assert.fail(
          `${count} stories differ, all of them in ${foundPath}; the first: ${JSON.stringify(shown, null, 1)}`,
        );
      });
    }
    console.log(`      ${JSON.stringify(totals)}`);
    for (const why of met) console.log(`      on purpose: ${why}`);
    await check(`no more writes than upstream: ${totals.ours} and ${totals.theirs}`, () => {
      assert.ok(totals.ours <= totals.theirs);
    });
    await check('the register is short', () => assert.ok(register.length <= 15));
  },
};

/** Unchanged states are left out. */
function record({ recorded }: WaveResult, maxEndpointsPerSlice: number, firstSeed: number): void {
  const stories = recorded.map((states) =>
    states.map((state, at) => (JSON.stringify(state) === JSON.stringify(states[at - 1]) ? null : state)),
  );
  mkdirSync(dirname(goldenPath), { recursive: true });
  writeFileSync(goldenPath, gzipSync(JSON.stringify({ maxEndpointsPerSlice, firstSeed, stories }), { level: 9 }));
}

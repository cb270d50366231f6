/**
 * The same questions to a real CoreDNS and to `fairlead dns`, both watching one API server: the query catalogue, and
 * worlds from seeds. Differences are only those of the register, whose ids docs/dns.md explains.
 *
 *   FAIRLEAD_WORLDS=5000   how many (in waves of 250)      FAIRLEAD_FIRST_WORLD=1
 */
import assert from 'node:assert/strict';
import { UpstreamStub } from '../../pkg/dns/server/testdata/upstream-stub.ts';
import { missingPeers } from '../peers.ts';
import { RestClient } from '../rest.ts';
import { startServer, type RunningServer } from '../server.ts';
import type { Check, Suite } from '../suite.ts';
import { compareCatalogue } from './catalogue.ts';
import { Comparison, tell } from './compare.ts';
import { comparePackets } from './packets.ts';
import { register } from './register.ts';
import { kubeadmSettings, kubeadmZones, startCoreDns, startOwnDns } from './servers.ts';
import { WorldPlay } from './worlds.ts';

const worldCount = Number(process.env['FAIRLEAD_WORLDS'] ?? 5000);
const firstWorld = Number(process.env['FAIRLEAD_FIRST_WORLD'] ?? 1);
const waveSize = 250;

export const suite: Suite = {
  about: `the catalogue and ${worldCount} worlds of Services to CoreDNS and to fairlead dns, on one API server`,
  missing: () => missingPeers('coredns'),
  async run(check) {
    const met = new Map<string, number>();
    await using upstream = await UpstreamStub.start();
    await catalogue(check, upstream, met);
    await worlds(check, upstream, met);
    for (const [id, count] of met) {
      console.log(`      ${count} × ${id}: ${register.find((known) => known.id === id)?.why}`);
    }
    if (worldCount < 1000) return;
    await check('every entry of the register still is a difference', () => {
      assert.deepEqual(
        register.map(({ id }) => id).filter((id) => !met.has(id)),
        [],
      );
    });
  },
};

const serverFlags = [
  '--storage=memory',
  '--service-cluster-ip-range=10.96.0.0/12,fd00:96::/108',
  '--service-node-port-range=10000-65000',
];

async function catalogue(check: Check, upstream: UpstreamStub, met: Map<string, number>): Promise<void> {
  await using api = await startServer('apiserver', ...serverFlags);
  await compareCatalogue(api.kubeconfig, upstream, check, (comparison) => take(comparison, met));
}

async function worlds(check: Check, upstream: UpstreamStub, met: Map<string, number>): Promise<void> {
  await using api: RunningServer = await startServer('apiserver', ...serverFlags);
  const { kubeconfig } = api;
  await using theirs = await startCoreDns({
    kubeconfig,
    zones: kubeadmZones,
    settings: kubeadmSettings,
    plugins: [`forward . ${upstream.address}`],
  });
  await using ours = await startOwnDns(kubeconfig, [`--forward=${upstream.address}`]);
  await comparePackets(check, theirs, ours);
  await using comparison = await Comparison.between(theirs, ours);
  const rest = RestClient.fromKubeconfig(kubeconfig);
  const play = new WorldPlay(rest, comparison);
  for (let first = firstWorld; first < firstWorld + worldCount; first += waveSize) {
    const last = Math.min(first + waveSize, firstWorld + worldCount) - 1;
    const started = performance.now();
    const asked = comparison.questions;
    await check(`worlds ${first} to ${last}`, async () => {
      await play.wave(Array.from({ length: last - first + 1 }, (_, at) => first + at));
      const seconds = Math.round((performance.now() - started) / 1000);
      console.log(`      ${(comparison.questions - asked).toLocaleString('en-US')} questions in ${seconds} s`);
      take(comparison, met);
    });
  }
  console.log(`      ${comparison.questions.toLocaleString('en-US')} questions to each in all`);
  await rest.close();
}

/** Moves what was met so far into the totals; throws when something unexplained was. */
function take(comparison: Comparison, met: Map<string, number>): void {
  for (const [id, count] of comparison.known) met.set(id, (met.get(id) ?? 0) + count);
  comparison.known.clear();
  const found = comparison.found.splice(0);
  if (found.length === 0) return;
  const shown = found.slice(0, 12).map(tell).join('\n');
  const error = new Error(`${found.length} differences that nothing explains\n${shown}`);
  error.stack = error.message;
  throw error;
}

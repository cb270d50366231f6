/**
 * What the real kube-controller-manager left behind after each round of the stories of e2e/upstream-controllers, and what
 * our controllers leave on our server in this process. Recorded by `FAIRLEAD_RECORD=1 npm run e2e -- upstream-controllers`;
 * FAIRLEAD_STORIES says how many are played (45).
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { compare, type Pair } from '../e2e/upstream-controllers/compare.ts';
import type { Story } from '../e2e/upstream-controllers/operation.ts';
import { sharedNodes } from '../e2e/upstream-controllers/profiles.ts';
import { knownReason } from '../e2e/upstream-controllers/register.ts';
import { perform, Uids, type Send } from '../e2e/upstream-controllers/send.ts';
import { makeNamespace } from '../e2e/upstream-controllers/sentinel.ts';
import { statesOf, type EndpointsObject, type NamespaceState, type Slice } from '../e2e/upstream-controllers/state.ts';
import { nodeOperations } from '../e2e/upstream-controllers/node-life.ts';
import { storyOf } from '../e2e/upstream-controllers/story.ts';
import { goldenPath } from '../e2e/upstream-controllers/golden.ts';
import { inProcessTransport } from '../pkg/apiserver/index.ts';
import { RestClient } from '../pkg/client/index.ts';
import { VirtualClock } from '../pkg/clock/index.ts';
import { admin, testServer } from '../pkg/testing/api-server.ts';
import { clusterOn } from '../pkg/testing/build/cluster.ts';
import { passingOn } from '../pkg/testing/build/server-cluster.ts';
import { startEndpointsController } from './endpoints/index.ts';
import { startEndpointSliceController } from './endpointslice/index.ts';
import { startEndpointSliceMirroringController } from './endpointslicemirroring/index.ts';

interface Golden {
  readonly maxEndpointsPerSlice: number;
  readonly firstSeed: number;
  /** Of each story after each round; null: as before. */
  readonly stories: readonly (readonly (NamespaceState | null)[])[];
}

const golden = JSON.parse(gunzipSync(readFileSync(goldenPath)).toString()) as Golden;
const played = Math.min(Number(process.env['FAIRLEAD_STORIES'] ?? 45), golden.stories.length);
const stories = Array.from({ length: played }, (_, at) => storyOf(golden.firstSeed + at));
const patchType = { 'content-type': 'application/merge-patch+json' };

/** Our states after each round, by namespace. */
async function play(look: (round: number, states: ReadonlyMap<string, NamespaceState>) => void): Promise<void> {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const api = await testServer({ clock, serviceCidrs: ['10.96.0.0/12', 'fd00:96::/108'] });
  const client = new RestClient({ transport: inProcessTransport(api.server.handle, admin), clock });
  const stop = async (): Promise<void> => {
    await api[Symbol.asyncDispose]();
  };
  await using cluster = clusterOn({ client, clock, pass: passingOn(api.server, clock), stop });
  const send: Send = async (method, path, body) => {
    const more = { ...(body === undefined ? {} : { body }), ...(method === 'PATCH' ? { headers: patchType } : {}) };
    const answer = await api.request(method, path, more);
    return { code: answer.status, body: answer.body };
  };
  const uids = new Uids();
  for (const shared of sharedNodes) {
    for (const operation of nodeOperations({ ...shared, inReckoning: true })) await perform(send, uids, operation);
  }
  for (const { namespace } of stories) await makeNamespace(send, namespace);
  await cluster.start(startEndpointsController);
  await cluster.start(startEndpointSliceController, { maxEndpointsPerSlice: golden.maxEndpointsPerSlice });
  await cluster.start(startEndpointSliceMirroringController);
  const namespaces = stories.map(({ namespace }) => namespace);
  const items = async <T>(path: string): Promise<T[]> => ((await send('GET', path)).body as { items: T[] }).items;
  for (let round = 0; round < Math.max(...stories.map(({ rounds }) => rounds.length)); round += 1) {
    for (const story of stories) {
      for (const operation of story.rounds[round] ?? []) await perform(send, uids, operation);
    }
    await cluster.pass(5000);
    const objects = await items<EndpointsObject>('/api/v1/endpoints');
    const slices = await items<Slice>('/apis/discovery.k8s.io/v1/endpointslices');
    look(round, statesOf(uids, namespaces, objects, slices));
  }
}

/** The recorded state after a round: the last one that is there. */
const theirsAfter = (at: number, round: number): NamespaceState | undefined =>
  golden.stories[at]?.slice(0, round + 1).findLast((state) => state !== null) ?? undefined;

describe('the stories that upstream was told', () => {
  it(`end the same after each round, ${played} of them`, async () => {
    const last = new Map<Story, Pair>();
    const found: object[] = [];
    let [exact, compared] = [0, 0];
    await play((round, states) => {
      for (const [at, story] of stories.entries()) {
        const [ours, theirs] = [states.get(story.namespace), theirsAfter(at, round)];
        if (ours === undefined || theirs === undefined || story.rounds.length <= round) continue;
        const now = { ours, theirs };
        const operations = story.rounds[round] ?? [];
        const result = compare(last.get(story), now, operations.length > 2);
        last.set(story, now);
        exact += result.exact;
        compared += 1;
        const differences = result.differences.filter(
          (difference) => knownReason(difference, { story, operations, now }) === undefined,
        );
        if (differences.length > 0) found.push({ seed: story.seed, round, differences, operations });
      }
    });
    expect(found.slice(0, 3)).toEqual([]);
    expect(compared).toBeGreaterThan(played * 20);
    expect(exact).toBeGreaterThan(compared);
  }, 600_000);
});

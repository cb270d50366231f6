/**
 * Random requests about Services and what a real kube-apiserver answered, replayed against ours in this process. The
 * recording is made by `FAIRLEAD_RECORD=1 npm run e2e -- upstream-services`, which tries many more.
 */
import { describe, expect, it } from '@jest/globals';
import { askInProcess } from '../../e2e/upstream-api/in-process.ts';
import { differences } from '../../e2e/upstream-api/normalise.ts';
import type { Answer } from '../../e2e/upstream-api/send.ts';
import { play } from '../../e2e/upstream-services/play.ts';
import { readRecording, type Recorded } from '../../e2e/upstream-services/recording.ts';
import { knownReason } from '../../e2e/upstream-services/register.ts';
import { nodePortRange, rangesOf, type Cluster } from '../../e2e/upstream-services/scenario.ts';
import { testServer } from '../testing/api-server.ts';

const recording = readRecording();

/** Up to the first answer that is meant to differ where one server has stored something and the other has not. */
function unexplained({ scenario, answers }: Recorded, ours: readonly Answer[]): string[] {
  const found: string[] = [];
  for (const [index, request] of scenario.requests.entries()) {
    const exchange = { request, real: answers[index] as Answer, ours: ours[index] as Answer };
    const here = differences(exchange.real, exchange.ours);
    if (here.length === 0) continue;
    if (knownReason(exchange) === undefined) found.push(...here.map((line) => `${exchange.real.id}${line}`));
    else if (exchange.real.code < 300 !== exchange.ours.code < 300) return found;
  }
  return found;
}

describe('random requests about Services, as kube-apiserver 1.36 answers them', () => {
  it.each(Object.keys(rangesOf) as Cluster[])('%s', async (cluster) => {
    const mine = recording.filter(({ scenario }) => scenario.cluster === cluster);
    await using api = await testServer({
      lifecycle: false,
      serviceCidrs: rangesOf[cluster].split(','),
      nodePortRange,
    });
    const found: string[] = [];
    for (const recorded of mine) {
      const { scenario } = recorded;
      found.push(...unexplained(recorded, await play(askInProcess(api), scenario, `recorded-${scenario.seed}`)));
    }
    expect(found).toEqual([]);
    expect(mine.reduce((sum, { answers }) => sum + answers.length, 0)).toBeGreaterThanOrEqual(500);
  });
});

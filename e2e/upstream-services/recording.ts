/** Real answers kept as goldens: requests and answers together, so that a change of the generator leaves them valid. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { root } from '../server.ts';
import type { Answer, Ask } from '../upstream-api/send.ts';
import { makeScenario } from './make.ts';
import { play } from './play.ts';
import type { Cluster, Scenario } from './scenario.ts';

export interface Recorded {
  readonly scenario: Scenario;
  readonly answers: readonly Answer[];
}

const path = join(root, 'pkg/apiserver/testdata/upstream-services.json.gz');
/** Of each cluster. */
const count = 30;

export const readRecording = (): Recorded[] =>
  existsSync(path) ? (JSON.parse(gunzipSync(readFileSync(path)).toString()) as Recorded[]) : [];

/** Replaces what is recorded of this cluster. */
export async function writeRecording(ask: Ask, cluster: Cluster): Promise<void> {
  const others = readRecording().filter(({ scenario }) => scenario.cluster !== cluster);
  const recorded: Recorded[] = [];
  for (let seed = 1; seed <= count; seed += 1) {
    const scenario = makeScenario(seed, cluster);
    recorded.push({ scenario, answers: await play(ask, scenario, `recorded-${seed}`) });
  }
  writeFileSync(path, gzipSync(JSON.stringify([...others, ...recorded]), { level: 9 }));
}

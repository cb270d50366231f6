/**
 * The same script to a real kube-apiserver and to ours: code, headers that matter and normalised body must agree.
 * `FAIRLEAD_RECORD=1` writes the real answers as goldens, which `npm test` replays where no real server can be had.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { compareAnswers, startOurTarget, targetOf } from '../beside.ts';
import { missingPeers, startRealControlPlane } from '../peers.ts';
import { root } from '../server.ts';
import type { Suite } from '../suite.ts';
import { normalise } from './normalise.ts';
import { register } from './register.ts';
import { script } from './script.ts';
import { sendScript, type Answer } from './send.ts';

export const goldenPath = join(root, 'pkg/apiserver/testdata/upstream-api.json.gz');

export const suite: Suite = {
  about: `${script.length} requests to a real kube-apiserver and to ours`,
  missing: () => missingPeers('etcd', 'kube-apiserver'),
  async run(check) {
    await compareAnswers(check, await askReal(), await askOurs(), register);
  },
};

async function askReal(): Promise<Answer[]> {
  await using real = await startRealControlPlane();
  const answers = (await sendScript(targetOf(real), script)).map(normalise);
  if (process.env['FAIRLEAD_RECORD'] === '1')
    writeFileSync(goldenPath, gzipSync(JSON.stringify(answers), { level: 9 }));
  return answers;
}

async function askOurs(): Promise<Answer[]> {
  await using ours = await startOurTarget('--no-lifecycle');
  return (await sendScript(ours, script)).map(normalise);
}

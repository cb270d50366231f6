/**
 * Custom resources, the same script to a real kube-apiserver and to ours: code, headers that matter and normalised body must agree.
 * `FAIRLEAD_RECORD=1` writes the real answers as goldens, which `npm test` replays where no real server can be had.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { compareAnswers, startOurTarget, targetOf } from '../beside.ts';
import { missingPeers, startRealControlPlane } from '../peers.ts';
import { root } from '../server.ts';
import type { Suite } from '../suite.ts';
import { settled } from './compare.ts';
import { differing } from './expression-register.ts';
import { expressionSteps, outcomeOf } from './expressions.ts';
import { register } from './register.ts';
import { script } from './script.ts';
import { sendScript, type Answer } from '../upstream-api/send.ts';

export const goldenPath = join(root, 'pkg/apiserver/testdata/crd.json.gz');

export const suite: Suite = {
  about: `${script.length} requests about custom resources and ${expressionSteps.length} expressions to a real kube-apiserver and to ours`,
  missing: () => missingPeers('etcd', 'kube-apiserver'),
  async run(check) {
    const theirs = await askReal();
    const ours = await askOurs();
    await compareAnswers(check, theirs.slice(0, script.length), ours, register);
    for (const [index, { id }] of expressionSteps.entries()) {
      const rule = id.replace('CEL ', '');
      const [real, own] = [theirs, ours].map((answers) => {
        const answer = answers[script.length + index];
        return outcomeOf(answer?.code ?? 0, answer?.body);
      });
      await check(id, () => {
        if (differing.has(rule)) assert.notEqual(own, real);
        else assert.equal(own, real);
      });
    }
  },
};

async function askReal(): Promise<Answer[]> {
  await using real = await startRealControlPlane();
  const answers = (await sendScript(targetOf(real), [...script, ...expressionSteps])).map(settled);
  if (process.env['FAIRLEAD_RECORD'] === '1')
    writeFileSync(goldenPath, gzipSync(JSON.stringify(answers.map(bare)), { level: 9 }));
  return answers;
}

/** Of an expression the outcome is kept, the words of the compiler are not. */
function bare(answer: Answer, index: number): Answer {
  return index < script.length ? answer : { ...answer, headers: {}, body: outcomeOf(answer.code, answer.body) };
}

async function askOurs(): Promise<Answer[]> {
  await using ours = await startOurTarget('--no-lifecycle');
  return (await sendScript(ours, [...script, ...expressionSteps])).map(settled);
}

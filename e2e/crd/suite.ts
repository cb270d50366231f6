/**
 * Custom resources, the same script to a real kube-apiserver and to ours: code, headers that matter and normalised body must agree.
 * `FAIRLEAD_RECORD=1` writes the real answers as goldens, which `npm test` replays where no real server can be had.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { adminToken, missingPeers, nobodyToken, startRealControlPlane } from '../peers.ts';
import { root, startServer } from '../server.ts';
import type { Suite } from '../suite.ts';
import { differences } from '../upstream-api/normalise.ts';
import { settled } from './compare.ts';
import { differing } from './expression-register.ts';
import { expressionSteps, outcomeOf } from './expressions.ts';
import { knownReason, register } from './register.ts';
import { script } from './script.ts';
import { sendScript, type Answer } from '../upstream-api/send.ts';

export const goldenPath = join(root, 'pkg/apiserver/testdata/crd.json.gz');

export const suite: Suite = {
  about: `${script.length} requests about custom resources and ${expressionSteps.length} expressions to a real kube-apiserver and to ours`,
  missing: () => missingPeers('etcd', 'kube-apiserver'),
  async run(check) {
    const theirs = await askReal();
    const ours = await askOurs();
    const met = new Set<string>();
    for (const [index, real] of theirs.slice(0, script.length).entries()) {
      const { id } = real;
      const found = differences(real, ours[index]);
      const why = knownReason(id);
      if (why !== undefined && found.length > 0) {
        met.add(why);
        continue;
      }
      await check(id, () => assert.deepEqual(found, []));
    }
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
    await check('every entry of the register still is a difference', () => {
      assert.deepEqual(
        register.filter(({ why }) => !met.has(why)),
        [],
      );
    });
  },
};

async function askReal(): Promise<Answer[]> {
  await using real = await startRealControlPlane();
  const target = { url: real.url, ca: real.identity.ca.cert, token: adminToken, nobodyToken };
  const answers = (await sendScript(target, [...script, ...expressionSteps])).map(settled);
  if (process.env['FAIRLEAD_RECORD'] === '1')
    writeFileSync(goldenPath, gzipSync(JSON.stringify(answers.map(bare)), { level: 9 }));
  return answers;
}

/** Of an expression the outcome is kept, the words of the compiler are not. */
function bare(answer: Answer, index: number): Answer {
  return index < script.length ? answer : { ...answer, headers: {}, body: outcomeOf(answer.code, answer.body) };
}

async function askOurs(): Promise<Answer[]> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-tokens-'));
  const tokens = join(folder, 'tokens.csv');
  writeFileSync(tokens, `${adminToken},admin,admin-uid,system:masters\n${nobodyToken},nobody,nobody-uid\n`);
  await using server = await startServer('apiserver', '--token-auth-file', tokens, '--no-lifecycle');
  const ca = readFileSync(join(server.folder, 'pki/ca.crt'), 'utf8');
  const answers = await sendScript({ url: server.url, ca, token: adminToken, nobodyToken }, [
    ...script,
    ...expressionSteps,
  ]);
  rmSync(folder, { recursive: true, force: true });
  return answers.map(settled);
}

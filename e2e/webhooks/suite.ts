/**
 * Admission webhooks and policies, the same script to a real kube-apiserver and to ours, before a webhook that behaves
 * well and badly: answers must agree, and so must what the webhook was told. `FAIRLEAD_RECORD=1` writes the goldens.
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
import { connect, type Answer, type Target } from '../upstream-api/send.ts';
import { knownReason, register } from './register.ts';
import { script } from './script.ts';
import { startWebhookServer } from './server.ts';
import { addressed, lastOf, told, unaddressed } from './settle.ts';

export const goldenPath = join(root, 'pkg/apiserver/testdata/webhooks.json.gz');

export interface Outcome {
  readonly answers: readonly Answer[];
  /** What the webhook was told. */
  readonly reviews: readonly unknown[];
}

export const suite: Suite = {
  about: `${script.length} requests before webhooks and policies, to a real kube-apiserver and to ours`,
  missing: () => missingPeers('etcd', 'kube-apiserver'),
  async run(check) {
    const [theirs, ours] = [await askReal(), await askOurs()];
    const met = new Set<string>();
    for (const [index, real] of theirs.answers.entries()) {
      const found = differences(real, ours.answers[index]);
      const why = knownReason(real.id);
      if (why !== undefined && found.length > 0) met.add(why);
      else await check(real.id, () => assert.deepEqual(found, []));
    }
    await check('the webhook was asked as often', () => assert.equal(ours.reviews.length, theirs.reviews.length));
    for (const [index, review] of theirs.reviews.entries()) {
      await check(`review ${index}: ${nameIn(review)}`, () =>
        assert.deepEqual(differences(review, ours.reviews[index]), []),
      );
    }
    await check('every entry of the register still is a difference', () => {
      assert.deepEqual(
        register.filter(({ why }) => !met.has(why)),
        [],
      );
    });
  },
};

function nameIn(review: unknown): string {
  const { request } = review as { request: { operation: string; name?: string; resource: { resource: string } } };
  return `${request.operation} ${request.resource.resource} ${request.name ?? ''}`;
}

async function play(target: Target): Promise<Outcome> {
  await using server = await startWebhookServer();
  const steps = script.map((step) => addressed(step, server));
  await using connection = connect(target);
  const answers: Answer[] = [];
  const reviews: unknown[] = [];
  for (const step of steps) {
    if (step.pauseMs !== undefined) await new Promise((resolve) => setTimeout(resolve, step.pauseMs));
    answers.push(unaddressed(await connection.ask(step), server));
    reviews.push(...lastOf(step, server.received.splice(0)).map(told));
  }
  return { answers, reviews };
}

async function askReal(): Promise<Outcome> {
  await using real = await startRealControlPlane();
  const outcome = await play({ url: real.url, ca: real.identity.ca.cert, token: adminToken, nobodyToken });
  if (process.env['FAIRLEAD_RECORD'] === '1') {
    writeFileSync(goldenPath, gzipSync(JSON.stringify(outcome), { level: 9 }));
  }
  return outcome;
}

async function askOurs(): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-tokens-'));
  const tokens = join(folder, 'tokens.csv');
  writeFileSync(tokens, `${adminToken},admin,admin-uid,system:masters\n${nobodyToken},nobody,nobody-uid\n`);
  await using server = await startServer('apiserver', '--token-auth-file', tokens, '--no-lifecycle');
  const ca = readFileSync(join(server.folder, 'pki/ca.crt'), 'utf8');
  const outcome = await play({ url: server.url, ca, token: adminToken, nobodyToken });
  rmSync(folder, { recursive: true, force: true });
  return outcome;
}

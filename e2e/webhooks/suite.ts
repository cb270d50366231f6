/**
 * Admission webhooks and policies, the same script to a real kube-apiserver and to ours, before a webhook that behaves
 * well and badly: answers must agree, and so must what the webhook was told. `FAIRLEAD_RECORD=1` writes the goldens.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { compareAnswers, startOurTarget, targetOf } from '../beside.ts';
import { missingPeers, startRealControlPlane } from '../peers.ts';
import { root } from '../server.ts';
import type { Suite } from '../suite.ts';
import { differences } from '../upstream-api/normalise.ts';
import { connect, type Answer, type Target } from '../upstream-api/send.ts';
import { register } from './register.ts';
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
    await compareAnswers(check, theirs.answers, ours.answers, register);
    await check('the webhook was asked as often', () => assert.equal(ours.reviews.length, theirs.reviews.length));
    for (const [index, review] of theirs.reviews.entries()) {
      await check(`review ${index}: ${nameIn(review)}`, () =>
        assert.deepEqual(differences(review, ours.reviews[index]), []),
      );
    }
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
  const outcome = await play(targetOf(real));
  if (process.env['FAIRLEAD_RECORD'] === '1') {
    writeFileSync(goldenPath, gzipSync(JSON.stringify(outcome), { level: 9 }));
  }
  return outcome;
}

async function askOurs(): Promise<Outcome> {
  await using ours = await startOurTarget('--no-lifecycle');
  return await play(ours);
}

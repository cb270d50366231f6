/**
 * What a real kube-apiserver answered to the script of e2e/webhooks, and what it told the webhook, replayed against ours
 * in this process. The recording is made by `FAIRLEAD_RECORD=1 npm run e2e -- webhooks`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { knownReason } from '../../../../e2e/webhooks/register.ts';
import { script } from '../../../../e2e/webhooks/script.ts';
import { startWebhookServer, type WebhookServer } from '../../../../e2e/webhooks/server.ts';
import { addressed, lastOf, told, unaddressed } from '../../../../e2e/webhooks/settle.ts';
import { differences } from '../../../../e2e/upstream-api/normalise.ts';
import { keptHeaders, parse, type Answer } from '../../../../e2e/upstream-api/send.ts';
import type { Step } from '../../../../e2e/upstream-api/script.ts';
import { admin, testServer, type TestServer } from '../../../testing/api-server.ts';

const recording = gunzipSync(readFileSync(join(import.meta.dirname, '../../testdata/webhooks.json.gz')));
const recorded = JSON.parse(recording.toString()) as { answers: Answer[]; reviews: unknown[] };
const answers = new Map(recorded.answers.map((answer) => [answer.id, answer]));
const user = { ...admin, username: 'admin', uid: 'admin-uid', groups: ['system:masters', 'system:authenticated'] };

let api: TestServer;
let webhook: WebhookServer;
const reviews: unknown[] = [];
beforeAll(async () => {
  api = await testServer({ lifecycle: false });
  webhook = await startWebhookServer();
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await webhook[Symbol.asyncDispose]();
});

async function answerTo(step: Step): Promise<Answer> {
  const { id, method, path, body, accept = 'application/json', contentType } = addressed(step, webhook);
  const { status, headers, text } = await api.request(method, path, {
    headers: {
      accept,
      'user-agent': 'script/1',
      ...(body === undefined ? {} : { 'content-type': contentType ?? 'application/json' }),
    },
    user,
    ...(body === undefined ? {} : { body }),
  });
  const kept = keptHeaders.flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [[name, typeof value === 'string' ? value : value.join(' | ')] as const];
  });
  reviews.push(...lastOf(step, webhook.received.splice(0)).map(told));
  return unaddressed({ id, code: status, headers: Object.fromEntries(kept), body: parse(text) }, webhook);
}

describe('H7–H13 webhooks and policies, as a real server answered', () => {
  it.each(script.map((step) => [step.id, step] as const))('%s', async (id, step) => {
    const found = differences(answers.get(id), await answerTo(step));
    if (knownReason(id) === undefined) expect(found).toEqual([]);
    else expect(found).not.toEqual([]);
  });

  it('tells the webhook what a real server tells it', () => {
    expect(differences(recorded.reviews, reviews)).toEqual([]);
  });
});

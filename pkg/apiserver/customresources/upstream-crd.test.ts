/**
 * What a real kube-apiserver answered to the script of e2e/crd, replayed against ours in this process. The recording is
 * made by `FAIRLEAD_RECORD=1 npm run e2e -- crd`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { settled } from '../../../e2e/crd/compare.ts';
import { differing } from '../../../e2e/crd/expression-register.ts';
import { expressionSteps, outcomeOf } from '../../../e2e/crd/expressions.ts';
import { knownReason } from '../../../e2e/crd/register.ts';
import { script } from '../../../e2e/crd/script.ts';
import { differences } from '../../../e2e/upstream-api/normalise.ts';
import type { Step } from '../../../e2e/upstream-api/script.ts';
import { keptHeaders, type Answer } from '../../../e2e/upstream-api/send.ts';
import { admin, testServer, type TestServer } from '../../testing/api-server.ts';

const recording = gunzipSync(readFileSync(join(import.meta.dirname, '../testdata/crd.json.gz')));
const recorded = new Map((JSON.parse(recording.toString()) as Answer[]).map((answer) => [answer.id, answer]));
const users = {
  admin: { ...admin, username: 'admin', uid: 'admin-uid' },
  nobody: { username: 'nobody', uid: 'nobody-uid', groups: [] },
};

let api: TestServer;
beforeAll(async () => {
  api = await testServer({ lifecycle: false });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

async function answerTo(step: Step): Promise<Answer> {
  const { id, method, path, body, accept = 'application/json', contentType, user, events } = step;
  // What a server does in its own time is done here before the next request.
  await api.settled();
  if (events !== undefined) {
    const watch = await api.watch(path);
    const seen = (await watch.until(events)).slice(0, events);
    watch.close();
    return { id, code: 200, headers: recorded.get(id)?.headers ?? {}, body: seen };
  }
  const { status, headers, text } = await api.request(method, path, {
    headers: {
      accept,
      'user-agent': 'script/1',
      ...(body === undefined ? {} : { 'content-type': contentType ?? 'application/json' }),
    },
    user: users[user ?? 'admin'],
    ...(body === undefined ? {} : { body }),
  });
  const kept = keptHeaders.flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [[name, typeof value === 'string' ? value : value.join(' | ')] as const];
  });
  return { id, code: status, headers: Object.fromEntries(kept), body: parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

describe('custom resources, as a real server answered', () => {
  it.each(script.map((step) => [step.id, step] as const))('%s', async (id, step) => {
    const ours = settled(await answerTo(step));
    const found = differences(recorded.get(id), ours);
    if (knownReason(id) === undefined) expect(found).toEqual([]);
    else expect(found).not.toEqual([]);
  });
});

describe('rules in CEL, as a real server took them', () => {
  it.each(expressionSteps.map((step) => [step.id.replace('CEL ', ''), step] as const))('%s', async (rule, step) => {
    const { status, body } = await api.post(step.path, step.body);
    const ours = outcomeOf(status, body);
    if (differing.has(rule)) expect(ours).not.toBe(recorded.get(step.id)?.body);
    else expect(ours).toBe(recorded.get(step.id)?.body);
  });
});

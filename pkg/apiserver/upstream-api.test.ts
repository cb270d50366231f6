/**
 * What a real kube-apiserver answered to the script of e2e/upstream-api, replayed against ours in this process. The
 * recording is made by `FAIRLEAD_RECORD=1 npm run e2e -- upstream-api`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { differences, normalise } from '../../e2e/upstream-api/normalise.ts';
import { knownReason } from '../../e2e/upstream-api/register.ts';
import { script, type Step } from '../../e2e/upstream-api/script.ts';
import { keptHeaders, type Answer } from '../../e2e/upstream-api/send.ts';
import { admin, testServer, type TestServer } from '../testing/api-server.ts';

const recording = gunzipSync(readFileSync(join(import.meta.dirname, 'testdata/upstream-api.json.gz')));
const recorded = new Map((JSON.parse(recording.toString()) as Answer[]).map((answer) => [answer.id, answer]));
/** About the connection and the client's reading of a URL: e2e/upstream-api compares these over HTTP. */
const overHttpOnly = new Set(['api', 'path with dots']);
const nobody = { username: 'nobody', uid: 'nobody-uid', groups: [] };

let api: TestServer;
beforeAll(async () => {
  api = await testServer({ lifecycle: false });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

async function answerTo({
  id,
  method,
  path,
  body,
  accept = 'application/json',
  contentType,
  user,
  events,
}: Step): Promise<Answer> {
  if (events !== undefined) {
    const watch = await api.watch(path);
    const seen = (await watch.until(events)).slice(0, events);
    watch.close();
    // The in-process watch has no head; the recorded one stands for it.
    return { id, code: 200, headers: recorded.get(id)?.headers ?? {}, body: seen };
  }
  const { status, headers, text } = await api.request(method, path, {
    headers: {
      accept,
      'user-agent': 'script/1',
      ...(body === undefined ? {} : { 'content-type': contentType ?? 'application/json' }),
    },
    user: user === 'nobody' ? nobody : { ...admin, username: 'admin', uid: 'admin-uid' },
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

const steps = script.filter(({ id }) => !overHttpOnly.has(id));

describe('answers of kube-apiserver 1.36', () => {
  it.each(steps.map((step) => [step.id, step] as const))('%s', async (id, step) => {
    const ours = normalise(await answerTo(step));
    const theirs = recorded.get(id);
    expect(theirs).toBeDefined();
    if (knownReason(id) === undefined) expect(differences(theirs, ours)).toEqual([]);
  });
});

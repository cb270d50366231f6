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
import { askInProcess } from '../../e2e/upstream-api/in-process.ts';
import { script } from '../../e2e/upstream-api/script.ts';
import type { Answer, Ask } from '../../e2e/upstream-api/send.ts';
import { testServer, type TestServer } from '../testing/api-server.ts';

const recording = gunzipSync(readFileSync(join(import.meta.dirname, 'testdata/upstream-api.json.gz')));
const recorded = new Map((JSON.parse(recording.toString()) as Answer[]).map((answer) => [answer.id, answer]));
/** About the connection and the client's reading of a URL: e2e/upstream-api compares these over HTTP. */
const overHttpOnly = new Set(['api', 'path with dots']);

let api: TestServer;
beforeAll(async () => {
  api = await testServer({ lifecycle: false });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

const ask: Ask = async (step) => {
  if (step.events === undefined) return askInProcess(api)(step);
  const watch = await api.watch(step.path);
  const seen = (await watch.until(step.events)).slice(0, step.events);
  watch.close();
  // The in-process watch has no head; the recorded one stands for it.
  return { id: step.id, code: 200, headers: recorded.get(step.id)?.headers ?? {}, body: seen };
};

const steps = script.filter(({ id }) => !overHttpOnly.has(id));

describe('answers of kube-apiserver 1.36', () => {
  it.each(steps.map((step) => [step.id, step] as const))('%s', async (id, step) => {
    const ours = normalise(await ask(step));
    const theirs = recorded.get(id);
    expect(theirs).toBeDefined();
    if (knownReason(id) === undefined) expect(differences(theirs, ours)).toEqual([]);
  });
});

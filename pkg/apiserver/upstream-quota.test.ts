/**
 * What a real kube-apiserver and kube-controller-manager made of requests under quotas and limits, replayed against ours
 * in this process. Recorded by `FAIRLEAD_RECORD=1 npm run e2e -- upstream-quota`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { askInProcess } from '../../e2e/upstream-api/in-process.ts';
import { steps } from '../../e2e/upstream-quota/script.ts';
import { shown } from '../../e2e/upstream-quota/shown.ts';
import { testServer } from '../testing/api-server.ts';
import { waitFor } from '../testing/wait-for.ts';

const path = join(import.meta.dirname, 'testdata/upstream-quota.json');
const recorded = JSON.parse(readFileSync(path, 'utf8')) as object[];

it('quotas and limits are as in kube-apiserver 1.36 (B183)', async () => {
  await using api = await testServer();
  await api.settled();
  const ask = askInProcess(api);
  for (const [index, step] of steps.entries()) {
    const answer = await waitFor(async () => {
      const given = await ask(step);
      return step.until === undefined || step.until(given.code, given.body) ? given : undefined;
    });
    expect(shown(answer)).toEqual(recorded[index]);
  }
  expect(recorded.length).toBe(steps.length);
});

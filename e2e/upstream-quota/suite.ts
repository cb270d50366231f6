/**
 * Quotas and limits: kube-apiserver with kube-controller-manager beside ours. FAIRLEAD_RECORD=1 writes the real answers
 * down for `npm test`.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startOurTarget, targetOf } from '../beside.ts';
import { startControllerManager } from '../controller-manager.ts';
import { missingPeers, startRealControlPlane } from '../peers.ts';
import { root } from '../server.ts';
import type { Suite } from '../suite.ts';
import { differences } from '../upstream-api/normalise.ts';
import { sendScript, type Answer } from '../upstream-api/send.ts';
import { steps } from './script.ts';
import { shown } from './shown.ts';

export const suite: Suite = {
  about: 'ResourceQuota and LimitRange, beside kube-apiserver and kube-controller-manager',
  missing: () => missingPeers('etcd', 'kube-apiserver', 'kube-controller-manager'),
  async run(check) {
    const real = await askReal();
    if (process.env['FAIRLEAD_RECORD'] !== undefined) {
      const path = join(root, 'pkg/apiserver/testdata/upstream-quota.json');
      writeFileSync(path, `${JSON.stringify(real.map(shown), null, 1)}\n`);
    }
    const ours = await askOurs();
    for (const [index, answer] of real.entries()) {
      await check(answer.id, () => {
        assert.deepEqual(differences(shown(answer), shown(ours[index] as Answer)), []);
      });
    }
  },
};

async function askReal(): Promise<Answer[]> {
  await using server = await startRealControlPlane();
  await using _manager = await startControllerManager({
    kubeconfig: server.kubeconfig,
    folder: server.folder,
    controllers: ['resourcequota', 'serviceaccount', 'root-ca-certificate-publisher'],
    flags: [`--root-ca-file=${join(server.folder, 'ca.crt')}`],
  });
  return await sendScript(targetOf(server), steps);
}

async function askOurs(): Promise<Answer[]> {
  await using ours = await startOurTarget();
  return await sendScript(ours, steps);
}

/** The example operator's own tests, unchanged, against a real kube-apiserver. */
import assert from 'node:assert/strict';
import { missingPeers, startRealControlPlane } from '../peers.ts';
import { root, runProgram } from '../server.ts';
import type { Suite } from '../suite.ts';

export const suite: Suite = {
  about: 'the tests of examples/operator against a real kube-apiserver',
  missing: () => missingPeers('etcd', 'kube-apiserver'),
  async run(check) {
    await using real = await startRealControlPlane();
    await check('its tests pass as they stand', () => {
      const args = [`${root}/hack/test.ts`, 'examples/operator'];
      const { code, stdout, stderr } = runProgram(process.execPath, args, {
        env: { EXAMPLE_KUBECONFIG: real.kubeconfig },
        seconds: 120,
      });
      assert.equal(code, 0, stdout + stderr);
      assert.match(stdout, /6 passed, 0 failed/);
    });
  },
};

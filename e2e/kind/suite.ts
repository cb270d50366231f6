/** A kind cluster whose endpoint controllers are ours: real kubelets, a real CNI, a real kube-proxy. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { eventually } from '../rest.ts';
import { root } from '../server.ts';
import type { Suite } from '../suite.ts';

const cluster = 'fairlead-e2e';
const image = process.env['FAIRLEAD_KIND_NODE'] ?? 'kindest/node:v1.35.0';
const minor = Number(/v1\.(\d+)/.exec(image)?.[1] ?? 0);
const config = join(root, 'hack/kind', minor < 36 ? 'before-1.36.yaml' : 'from-1.36.yaml');

export const suite: Suite = {
  about: `our controllers in kind, node image ${image}`,
  missing() {
    for (const program of ['docker', 'kind', 'kubectl']) {
      if (spawnSync(program, ['version'], { stdio: 'ignore' }).error !== undefined)
        return `${program} is not installed`;
    }
    const { status, stderr } = spawnSync('docker', ['info'], { encoding: 'utf8' });
    return status === 0 ? undefined : `no container engine runs here: ${stderr.trim().split('\n').at(-1)}`;
  },
  async run(check) {
    try {
      await check('boots with the three upstream controllers off', () => {
        run('docker', 'build', '-f', join(root, 'hack/image/Dockerfile'), '-t', 'fairlead:0.1.0', root);
        run('kind', 'create', 'cluster', '--name', cluster, '--image', image, '--config', config, '--wait', '180s');
        run('kind', 'load', 'docker-image', 'fairlead:0.1.0', '--name', cluster);
      });
      await check('a new Service gets no slice while ours does not run', async () => {
        kubectl(
          'create',
          'deployment',
          'web',
          '--image=registry.k8s.io/e2e-test-images/agnhost:2.53',
          '--',
          '/agnhost',
          'netexec',
        );
        kubectl('expose', 'deployment', 'web', '--port=80', '--target-port=8080');
        kubectl('rollout', 'status', 'deployment/web', '--timeout=180s');
        await new Promise((resolve) => setTimeout(resolve, 10_000));
        assert.equal(slices(), '');
      });
      await check('ours are rolled out, publish it, and it answers', async () => {
        kubectl('apply', '-k', join(root, 'manifests/overlays/dev'));
        kubectl('-n', 'kube-system', 'rollout', 'status', 'deployment/fairlead-controllers', '--timeout=120s');
        await eventually('a slice', () => (slices() === '' ? undefined : true), 30);
        const ask = [
          'run',
          'ask',
          '--rm',
          '-i',
          '--restart=Never',
          '--image=registry.k8s.io/e2e-test-images/agnhost:2.53',
        ];
        assert.match(kubectl(...ask, '--', 'connect', 'web:80', '--timeout=20s'), /^$|pod .* deleted/m);
      });
    } finally {
      spawnSync('kind', ['delete', 'cluster', '--name', cluster], { stdio: 'ignore' });
    }
  },
};

const slices = (): string => kubectl('get', 'endpointslices', '-l', 'kubernetes.io/service-name=web', '-o', 'name');

const kubectl = (...words: readonly string[]): string => run('kubectl', '--context', `kind-${cluster}`, ...words);

function run(program: string, ...words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8' });
  assert.equal(status, 0, `${program} ${words.join(' ')}:\n${stderr}`);
  return stdout;
}

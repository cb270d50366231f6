/** An ordinary tutorial with the kubectl of this machine: a Deployment, a Service, a request, an update, an undo. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram, runProgram, startServer } from '../server.ts';
import type { Suite } from '../suite.ts';

export const suite: Suite = {
  about: 'fairlead up with simulated nodes, driven by the installed kubectl',
  missing: () =>
    findProgram('kubectl') === undefined ? 'kubectl is not installed; npm run peers brings several' : undefined,
  async run(check) {
    await using server = await startServer('up', '--nodes', '3');
    const home = mkdtempSync(join(tmpdir(), 'fairlead-kubectl-'));
    const env = { KUBECONFIG: server.kubeconfig, HOME: home };
    const ok = (...args: string[]): string => {
      const { code, stdout, stderr } = runProgram('kubectl', args, { env });
      assert.equal(code, 0, `kubectl ${args.join(' ')}: ${stderr}`);
      return stdout;
    };
    const lines = (...args: string[]): string[] =>
      ok(...args)
        .trim()
        .split('\n')
        .slice(1);

    await check('three nodes are ready', () => {
      ok('wait', '--for=condition=Ready', 'node', '--all', '--timeout=20s');
      assert.equal(lines('get', 'nodes').length, 3);
    });
    await check('a Deployment rolls out', () => {
      ok('create', 'deployment', 'web', '--image=serve_hostname:1', '--replicas=3', '--port=9376');
      assert.match(ok('rollout', 'status', 'deployment/web', '--timeout=30s'), /successfully rolled out/);
      const pods = lines('get', 'pods', '-o', 'wide');
      assert.equal(pods.length, 3);
      for (const pod of pods) assert.match(pod, /1\/1 +Running +0 +\S+ +10\.244\.[0-2]\.\d+ +node-[0-2]/);
    });
    await check('a Service publishes its Pods', async () => {
      ok('expose', 'deployment', 'web', '--port=80', '--target-port=9376');
      await until(() => (ok('get', 'endpoints', 'web').match(/10\.244\./g) ?? []).length === 3);
      assert.match(ok('get', 'ep,endpointslices,pods', '-o', 'wide'), /endpointslice.discovery.k8s.io\/web-/);
    });
    await check('the relay of the Service leads to every Pod', async () => {
      const url = await until(() => relayOf(server.output(), 'default/web'));
      const names = new Set(lines('get', 'pods').map((line) => line.split(' ')[0]));
      const answered = new Set<string>();
      await until(async () => {
        answered.add((await (await fetch(url, { headers: { connection: 'close' } })).text()).trim());
        return answered.size === 3;
      });
      assert.deepEqual(answered, names);
    });
    await check('an update, its history, and the way back', () => {
      ok('set', 'image', 'deployment/web', '*=serve_hostname:2');
      ok('rollout', 'status', 'deployment/web', '--timeout=30s');
      assert.match(ok('rollout', 'history', 'deployment/web'), /1 +<none>\n2 +<none>/);
      const image = (): string => ok('get', 'deployment', 'web', '-o', 'jsonpath={..image}');
      assert.equal(image(), 'serve_hostname:2');
      ok('rollout', 'undo', 'deployment/web');
      ok('rollout', 'status', 'deployment/web', '--timeout=30s');
      assert.equal(image(), 'serve_hostname:1');
      assert.match(ok('rollout', 'history', 'deployment/web'), /2 +<none>\n3 +<none>/);
    });
    await check('restart, scale, delete', async () => {
      ok('rollout', 'restart', 'deployment/web');
      ok('rollout', 'status', 'deployment/web', '--timeout=30s');
      ok('scale', 'deployment', 'web', '--replicas=5');
      await until(() => lines('get', 'pods').filter((line) => line.includes('1/1')).length === 5);
      ok('scale', 'deployment', 'web', '--replicas=1');
      await until(() => lines('get', 'pods').length === 1);
      ok('delete', 'deployment', 'web');
      await until(() => ok('get', 'pods,replicasets').trim() === '');
    });
    rmSync(home, { recursive: true, force: true });
  },
};

/** `http://…` from the line that `up` prints for a Service. */
function relayOf(output: string, service: string): string | undefined {
  const line = output.split('\n').find((text) => text.trim().startsWith(`${service}  `));
  const address = line?.split('→')[1]?.trim();
  return address === undefined ? undefined : `http://${address}/`;
}

async function until<T>(look: () => T | Promise<T>): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== null && found !== false) return found as NonNullable<Exclude<T, false>>;
    assert.ok(Date.now() < deadline, `nothing after 20 s: ${String(look)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The path of a Service with the kubectl of this machine: every verb a person types on a first day. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { webDeployment } from '../clients/kubectl/web.ts';
import { findProgram, runProgram, startServer, type Output } from '../server.ts';
import { missingPeers, startRealControlPlane } from '../peers.ts';
import type { Check, Skip, Suite } from '../suite.ts';
import { runFlows, serviceFlows } from './service-flows.ts';

const manifest = (replicas: number): string => `${webDeployment(replicas)}---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
`;

export const suite: Suite = {
  about: 'fairlead apiserver, driven by the installed kubectl',
  missing: () =>
    findProgram('kubectl') === undefined ? 'kubectl is not installed; npm run peers brings several' : undefined,
  async run(check, skip) {
    await using server = await startServer('apiserver');
    const home = mkdtempSync(join(tmpdir(), 'fairlead-kubectl-'));
    const env = { KUBECONFIG: server.kubeconfig, HOME: home };
    const kubectl = (...args: string[]): Output => runProgram('kubectl', args, { env });
    const ok = (...args: string[]): string => {
      const { code, stdout, stderr } = kubectl(...args);
      assert.equal(code, 0, `kubectl ${args.join(' ')}: ${stderr}`);
      return stdout;
    };
    const file = join(home, 'web.yaml');
    const write = (replicas: number): void => writeFileSync(file, manifest(replicas));

    await check('get all -A, api-resources, version', () => {
      assert.match(ok('get', 'all', '-A'), /service\/kubernetes/);
      assert.match(ok('api-resources'), /endpointslices/);
      ok('version');
    });
    await check('create, apply, diff, apply again', () => {
      ok('create', 'namespace', 'team');
      ok('create', 'deployment', 'made', '--image=x');
      ok('create', 'configmap', 'settings', '--from-literal=a=b');
      write(2);
      assert.match(ok('apply', '-f', file), /service\/web created/);
      write(3);
      assert.match(kubectl('diff', '-f', file).stdout, /\+ {2}replicas: 3/);
      assert.match(ok('apply', '-f', file), /deployment.apps\/web configured/);
      assert.match(ok('apply', '-f', file), /deployment.apps\/web unchanged/);
    });
    await check('a Service has its address', () => {
      assert.match(ok('get', 'service', 'web', '-o', 'jsonpath={.spec.clusterIP}'), /^10\.96\./);
      assert.match(ok('get', 'ipaddresses'), /services\/default\/web/);
    });
    await check('apply --server-side', () => {
      assert.match(ok('apply', '--server-side', '--force-conflicts', '-f', file), /serverside-applied/);
    });
    await check('label, annotate, three kinds of patch, scale, edit', () => {
      ok('label', 'service', 'web', 'a=b');
      ok('annotate', 'service', 'web', 'c=d');
      ok('patch', 'service', 'web', '-p', '{"spec":{"ports":[{"port":80,"targetPort":8080}]}}');
      ok('patch', 'service', 'web', '--type=merge', '-p', '{"spec":{"type":"NodePort"}}');
      assert.match(ok('get', 'service', 'web'), /80:3\d{4}\/TCP/);
      ok('patch', 'service', 'web', '--type=json', '-p', '[{"op":"replace","path":"/spec/type","value":"ClusterIP"}]');
      ok('scale', 'deployment', 'web', '--replicas=5');
      const { code, stderr } = runProgram('kubectl', ['edit', 'deployment', 'web'], {
        env: { ...env, EDITOR: "sed -i 's/replicas: 5/replicas: 7/'" },
      });
      assert.equal(code, 0, stderr);
      assert.equal(ok('get', 'deployment', 'web', '-o', 'jsonpath={.spec.replicas}'), '7');
    });
    await check('explain, describe, auth can-i, get --raw', () => {
      assert.match(ok('explain', 'service.spec.ports'), /targetPort/);
      assert.match(ok('describe', 'service', 'web'), /Selector: +app=web/);
      assert.equal(ok('auth', 'can-i', 'create', 'pods').trim(), 'yes');
      assert.match(ok('get', '--raw', '/readyz?verbose'), /readyz check passed/);
    });
    await check('a refused Service says why', () => {
      const refused = runProgram('kubectl', ['create', '-f', '-'], {
        env,
        input:
          'apiVersion: v1\nkind: Service\nmetadata: {name: bad}\nspec: {clusterIP: 1.2.3.4, ports: [{port: 80}]}\n',
      });
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, /The Service "bad" is invalid: spec.clusterIPs: Invalid value: \["1.2.3.4"\]/);
    });
    await check('replace --force, delete, wait --for=delete', () => {
      ok('replace', '--force', '-f', file);
      ok('delete', '-f', file);
      ok('delete', 'namespace', 'team', '--wait=false');
      ok('wait', '--for=delete', 'namespace/team', '--timeout=20s');
    });
    await compareFlows(check, skip, home);
    rmSync(home, { recursive: true, force: true });
  },
};

/** The same commands to a real server and to ours: exit code and every line agree. */
async function compareFlows(check: Check, skip: Skip, home: string): Promise<void> {
  const missing = missingPeers('etcd', 'kube-apiserver');
  if (missing !== undefined) {
    skip(`commands about Services, compared with a real server: ${missing}`);
    return;
  }
  await using ours = await startServer('apiserver', '--no-lifecycle');
  await using theirs = await startRealControlPlane();
  const real = runFlows(theirs.kubeconfig, home);
  const own = runFlows(ours.kubeconfig, home);
  for (const [index, args] of serviceFlows.entries()) {
    await check(`as kube-apiserver: kubectl ${args.join(' ')}`, () => assert.deepEqual(own[index], real[index]));
  }
  await check('get servicecidrs -o wide shows how full a range is', () => {
    const env = { KUBECONFIG: ours.kubeconfig, HOME: home };
    const { stdout } = runProgram('kubectl', ['get', 'servicecidrs', '-o', 'wide'], { env });
    assert.match(stdout, /NAME +CIDRS +AGE +USED +FREE +READY\nkubernetes +10.96.0.0\/16 +\S+ +1 +65533 +True/);
  });
}

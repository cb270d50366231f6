/** kubectl of every version, against the Pods of `fairlead up`: logs, exec, port-forward, debug. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { peerPath } from '../peers.ts';
import { runProgram, startServer, type Output } from '../server.ts';
import type { Check, Suite } from '../suite.ts';

const versions = ['1.29', '1.30', '1.31', '1.32', '1.33', '1.34', '1.35', '1.36'].map((minor) => `kubectl-${minor}`);

const manifest = `
apiVersion: v1
kind: Service
metadata: {name: shop}
spec: {selector: {app: web}, ports: [{port: 8080, targetPort: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  containers: [{name: web, image: nginx, ports: [{containerPort: 80}], env: [{name: COLOUR, value: red}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: two}
spec:
  initContainers: [{name: first, image: busybox}]
  containers: [{name: a, image: x, ports: [{containerPort: 8080}]}, {name: b, image: x}]
---
apiVersion: v1
kind: Pod
metadata: {name: crash, annotations: {fairlead.dev/crash-loop: 100ms}}
spec: {containers: [{name: c, image: x}]}
---
apiVersion: v1
kind: Pod
metadata: {name: slow, annotations: {fairlead.dev/start-after: 1h}}
spec: {containers: [{name: c, image: x}]}
`;

export const suite: Suite = {
  about: 'kubectl logs, exec and port-forward of every version, against fairlead up',
  missing: () =>
    versions.some((name) => existsSync(peerPath(name))) ? undefined : 'no kubectl found; npm run peers brings several',
  async run(check, skip) {
    await using server = await startServer('up', '--dns-port', '0', '--page-port', '0');
    const home = mkdtempSync(join(tmpdir(), 'fairlead-pods-'));
    const env = { KUBECONFIG: server.kubeconfig, HOME: home };
    const [first = ''] = versions.filter((name) => existsSync(peerPath(name))).slice(-1);
    const setUp = (...args: string[]): Output => runProgram(peerPath(first), args, { env, input: manifest });
    assert.equal(setUp('apply', '-f', '-').code, 0);
    const ready = setUp('wait', '--for=condition=Ready', 'pod/web', 'pod/two', '--timeout=30s');
    assert.equal(ready.code, 0, ready.stderr);
    const crashed = setUp(
      'wait',
      '--for=jsonpath={.status.containerStatuses[0].restartCount}=1',
      'pod/crash',
      '--timeout=30s',
    );
    assert.equal(crashed.code, 0, crashed.stderr);
    const resizer = peerPath('kubectl-1.36');
    if (existsSync(resizer)) await tryResize((...args) => runProgram(resizer, args, { env, seconds: 20 }), check);
    for (const name of versions) {
      if (!existsSync(peerPath(name))) skip(`${name} not found; npm run peers brings it`);
      else await tryVersion(name, env, check);
    }
    rmSync(home, { recursive: true, force: true });
  },
};

/** kubectl knows the subresource since 1.32. */
async function tryResize(kubectl: (...args: string[]) => Output, check: Check): Promise<void> {
  await check('resize: cpu and memory may change, and nothing else', () => {
    const resize = (containers: string): Output =>
      kubectl('patch', 'pod', 'two', '--subresource=resize', '-p', `{"spec":{"containers":[${containers}]}}`);
    const guaranteed = resize('{"name":"a","resources":{"requests":{"cpu":"1"}}}');
    assert.match(guaranteed.stderr, /Pod QOS Class may not change as a result of resizing/);
    const unknown = resize('{"name":"c","resources":{}}');
    assert.match(unknown.stderr, /containers may not be added or removed on resize/);
    const run = [
      'run',
      'sized',
      '--image=x',
      '--overrides={"spec":{"containers":[{"name":"sized","image":"x","resources":{"requests":{"cpu":"1"}}}]}}',
    ];
    assert.equal(kubectl(...run).code, 0);
    assert.equal(kubectl('wait', '--for=condition=Ready', 'pod/sized', '--timeout=20s').code, 0);
    const patch = (text: string): Output => kubectl('patch', 'pod', 'sized', '--subresource=resize', '-p', text);
    const grown = patch('{"spec":{"containers":[{"name":"sized","resources":{"requests":{"cpu":"2"}}}]}}');
    assert.equal(grown.code, 0, grown.stderr);
    assert.equal(
      kubectl('get', 'pod', 'sized', '-o', 'jsonpath={.spec.containers[0].resources.requests.cpu}').stdout,
      '2',
    );
    const removed = patch('{"spec":{"containers":[{"name":"sized","resources":{"requests":null}}]}}');
    assert.match(removed.stderr, /resource requests cannot be removed/);
  });
}

async function tryVersion(name: string, env: Record<string, string>, check: Check): Promise<void> {
  const kubectl = (...args: string[]): Output => runProgram(peerPath(name), args, { env, seconds: 20 });
  const ok = (...args: string[]): string => {
    const { code, stdout, stderr } = kubectl(...args);
    assert.equal(code, 0, `kubectl ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  const refused = (pattern: RegExp, code: number, ...args: string[]): void => {
    const output = kubectl(...args);
    assert.match(output.stderr + output.stdout, pattern);
    assert.equal(output.code, code);
  };

  await check(`${name} logs`, () => {
    assert.match(ok('logs', 'web'), /^web\/web started \(image nginx, simulated\)\nlistening on port 80\n/);
    assert.match(ok('logs', 'web', '--timestamps', '--tail=1'), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z \S.*\n$/);
    assert.equal(ok('logs', 'web', '--tail=0'), '');
    assert.equal(ok('logs', 'web', '--since-time=2100-01-01T00:00:00Z'), '');
    assert.equal(ok('logs', 'web', '--limit-bytes=7'), 'web/web');
    assert.match(ok('logs', 'crash', '--previous'), /exiting with code 1\n$/);
    assert.match(ok('logs', 'two', '-c', 'a'), /listening on port 8080/);
    assert.match(ok('logs', 'two', '-c', 'first'), /exiting with code 0/);
    assert.match(ok('logs', '-l', 'app=web', '--prefix', '--tail=-1'), /^\[pod\/web\/web\] web\/web started/);
    for (const container of ['first', 'a', 'b']) {
      assert.ok(ok('logs', 'two', '--all-containers').includes(`two/${container} started`));
    }
    refused(/container nope is not valid for pod two/, 1, 'logs', 'two', '-c', 'nope');
    refused(/container "c" in pod "slow" is waiting to start: ContainerCreating/, 1, 'logs', 'slow');
    refused(/previous terminated container "web" in pod "web" not found/, 1, 'logs', 'web', '-p');
  });
  await check(`${name} logs -f tells requests as they come`, async () => {
    const marker = `/from-${name}`;
    const following = spawn(peerPath(name), ['logs', '-f', 'web', '--tail=1'], { env: { ...process.env, ...env } });
    try {
      const seen = untilPrints(following, new RegExp(`"GET ${marker.replace('.', '\\.')} HTTP/1.1" 200`));
      await untilPrints(following, /./);
      ok('exec', 'web', '--', 'curl', `localhost${marker}`);
      await seen;
    } finally {
      following.kill();
    }
  });
  await check(`${name} exec: what the cluster tells a Pod`, () => {
    const variables = ok('exec', 'web', '--', 'env');
    assert.match(variables, /^HOSTNAME=web$/m);
    assert.match(variables, /^SHOP_SERVICE_HOST=10\.96\.\d+\.\d+$/m);
    assert.match(variables, /^COLOUR=red$/m);
    assert.equal(ok('exec', 'web', '--', 'printenv', 'SHOP_SERVICE_PORT'), '8080\n');
    assert.equal(ok('exec', 'web', '--', 'hostname'), 'web\n');
    assert.match(ok('exec', 'web', '--', 'cat', '/etc/resolv.conf'), /^search default\.svc\.cluster\.local /);
    assert.match(ok('exec', 'web', '--', 'cat', '/etc/hosts'), /^10\.244\.\d+\.\d+\tweb$/m);
    assert.equal(ok('exec', 'two', '-c', 'b', '--', 'echo', 'a  b'), 'a  b\n');
    assert.equal(ok('exec', 'web', '--', 'sh', '-c', 'echo "$COLOUR"; hostname'), 'red\nweb\n');
  });
  await check(`${name} exec: names and requests`, () => {
    assert.match(
      ok('exec', 'two', '-c', 'a', '--', 'nslookup', 'shop'),
      /Name:\tshop\.default\.svc\.cluster\.local\nAddress: 10\.96\./,
    );
    assert.equal(ok('exec', 'two', '-c', 'a', '--', 'wget', '-qO-', 'http://shop:8080/'), 'web\n');
    assert.equal(ok('exec', 'two', '-c', 'a', '--', 'curl', '-s', 'shop.default:8080'), 'web\n');
    refused(/bad address 'nobody'/, 1, 'exec', 'web', '--', 'wget', '-qO-', 'http://nobody/');
    refused(/\(7\) Failed to connect to shop port 81/, 7, 'exec', 'web', '--', 'curl', 'http://shop:81');
  });
  await check(`${name} exec and attach: refusals`, () => {
    refused(/ls: not found.*simulated[^]*exit code 127/, 127, 'exec', 'web', '--', 'ls');
    refused(/container nope is not valid for pod web/, 1, 'exec', 'web', '-c', 'nope', '--', 'env');
    refused(/pods "nobody" not found/, 1, 'exec', 'nobody', '--', 'env');
    refused(/container c of pod slow is not running/, 1, 'exec', 'slow', '--', 'env');
    refused(/simulated node: its containers have no program to attach to/, 1, 'attach', 'web');
  });
  await check(`${name} exec -i passes what it is given`, () => {
    const { code, stdout, stderr } = runProgram(peerPath(name), ['exec', '-i', 'web', '--', 'cat'], {
      env,
      input: 'through\n',
      seconds: 20,
    });
    assert.deepEqual([code, stdout], [0, 'through\n'], stderr);
  });
  await check(`${name} debug adds a container`, () => {
    const container = `look-${name.replaceAll('.', '-')}`;
    ok('debug', 'web', `--container=${container}`, '--image=busybox');
    ok(
      'wait',
      'pod/web',
      `--for=jsonpath={.status.ephemeralContainerStatuses[?(@.name=="${container}")].state.running}`,
      '--timeout=10s',
    );
    assert.match(ok('logs', 'web', '-c', container), /started \(image busybox, simulated\)/);
    assert.equal(ok('exec', 'web', '-c', container, '--', 'hostname'), 'web\n');
  });
  await check(`${name} port-forward to a Pod and to a Service`, async () => {
    for (const target of ['pod/web', 'service/shop']) {
      const remote = target === 'pod/web' ? '80' : '8080';
      const forward = spawn(peerPath(name), ['port-forward', target, `:${remote}`], {
        env: { ...process.env, ...env },
      });
      try {
        const line = await untilPrints(forward, /Forwarding from 127\.0\.0\.1:(\d+) -> \d+/);
        const asked = Array.from({ length: 20 }, async () => {
          const answer = await fetch(`http://127.0.0.1:${line}/`, { headers: { connection: 'close' } });
          return answer.text();
        });
        assert.deepEqual(new Set(await Promise.all(asked)), new Set(['web\n']));
      } finally {
        forward.kill();
      }
    }
  });
  await check(`${name} port-forward to a port where nobody listens`, async () => {
    const forward = spawn(peerPath(name), ['port-forward', 'pod/web', ':81'], { env: { ...process.env, ...env } });
    try {
      const line = await untilPrints(forward, /Forwarding from 127\.0\.0\.1:(\d+) -> 81/);
      const told = untilPrints(forward, /(connection refused)/);
      await assert.rejects(fetch(`http://127.0.0.1:${line}/`));
      assert.equal(await told, 'connection refused');
    } finally {
      forward.kill();
    }
  });
}

/** Resolves with the first group of the pattern once the program has printed it; rejects when it ends before. */
function untilPrints(program: ReturnType<typeof spawn>, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const timer = setTimeout(() => reject(new Error(`not printed in 20 s: ${pattern}\n${printed}`)), 20_000);
    const take = (chunk: Buffer): void => {
      printed += chunk.toString();
      const found = pattern.exec(printed);
      if (found === null) return;
      clearTimeout(timer);
      resolve(found[1] ?? found[0]);
    };
    program.stdout?.on('data', take);
    program.stderr?.on('data', take);
    program.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`ended with ${code}:\n${printed}`));
    });
  });
}

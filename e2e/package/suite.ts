/** The published package: packed, installed in an empty project, and used as its README says. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Skip, Suite } from '../suite.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const own = join(root, 'node_modules/.bin');

export const suite: Suite = {
  about: 'the package: packed, installed elsewhere, imported from ES modules and CommonJS, its command run',
  missing: () => (existsSync(join(own, 'publint')) ? undefined : 'publint is absent; run npm ci'),
  async run(check, skip) {
    const folder = mkdtempSync(join(tmpdir(), 'fairlead-package-'));
    try {
      await inFolder(folder, check, skip);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function inFolder(folder: string, check: Parameters<Suite['run']>[0], skip: Skip): Promise<void> {
  const env = { ...process.env, PATH: `${own}:${process.env['PATH'] ?? ''}` };
  const inProject = (command: string, ...args: string[]): Promise<{ stdout: string; stderr: string }> =>
    run(command, args, { cwd: folder, env, encoding: 'utf8' });
  const node = (name: string, program: string): Promise<{ stdout: string }> => {
    writeFileSync(join(folder, name), program);
    return inProject(process.execPath, name);
  };
  let tarball = '';

  await check('npm pack makes it, and publint finds nothing to say', async () => {
    await run(process.execPath, [join(root, 'hack/build.ts')], { cwd: root });
    const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
      cwd: root,
    });
    const [packed] = Object.values(JSON.parse(stdout) as Record<string, { filename: string }>);
    tarball = join(folder, packed?.filename ?? '');
    const { stdout: said } = await run(join(own, 'publint'), ['run', '--strict', tarball], { env });
    assert.match(said, /All good!/);
  });

  writeFileSync(join(folder, 'package.json'), '{ "name": "empty", "private": true }');
  try {
    await inProject('npm', 'install', '--no-audit', '--no-fund', '--omit=dev', tarball);
  } catch (error) {
    skip(`its dependencies cannot be fetched: ${(error as Error).message.split('\n').at(-2)}`);
    return;
  }

  await check('fairlead/testing starts a cluster in an ES module', async () => {
    const { stdout } = await node('testing.mjs', usingTesting("import { start } from 'fairlead/testing';"));
    assert.equal(stdout, '10.96.0.9\n');
  });
  await check('and in CommonJS through import()', async () => {
    const program = usingTesting("const { start } = await import('fairlead/testing');");
    assert.equal((await node('testing.cjs', `(async () => {${program}})();`)).stdout, '10.96.0.9\n');
  });
  await check('fairlead/client and fairlead/plan are there', async () => {
    const { stdout } = await node(
      'parts.mjs',
      `import { Informer, WorkQueue, Elector, EventRecorder, connect } from 'fairlead/client';
       import * as plan from 'fairlead/plan';
       console.log([Informer, WorkQueue, Elector, EventRecorder, connect].map((part) => typeof part).join(' '));
       const names = ['planEndpoints', 'planEndpointSlices', 'planMirror', 'allocate', 'serviceEnvironment', 'dnsRecords', 'renderRules'];
       console.log(names.map((name) => typeof plan[name]).join(' '));`,
    );
    assert.match(stdout, /^(?:function ?)+\n(?:function ?){7}\n$/);
  });
  await check('its types compile in a strict project', async () => {
    writeFileSync(join(folder, 'use.mts'), typedUse);
    const flags = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--module',
      'nodenext',
      '--target',
      'es2024',
      '--lib',
      'es2025,esnext.disposable,dom',
    ];
    const { stdout } = await inProject(join(own, 'tsc'), ...flags, '--types', '', 'use.mts').catch(
      (error: unknown) => error as { stdout: string },
    );
    assert.equal(stdout, '');
  });
  await check('its command runs', async () => {
    const { stdout } = await inProject(join(folder, 'node_modules/.bin/fairlead'), 'version');
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    assert.ok(stdout.includes(version), stdout);
    const demo = await inProject(join(folder, 'node_modules/.bin/fairlead'), 'demo');
    assert.match(demo.stdout, /2 of 3 selected pods serve/);
  });
}

const usingTesting = (importing: string): string => `${importing}
  const cluster = await start();
  const services = { group: '', version: 'v1', resource: 'services', kind: 'Service', namespaced: true };
  const metadata = { namespace: 'default', name: 'web' };
  const made = await cluster.client.create(services, { metadata, spec: { clusterIP: '10.96.0.9', ports: [{ port: 80 }] } });
  await cluster.settled();
  console.log(made.spec.clusterIP);
  await cluster.stop();`;

const typedUse = `import { services, type Service } from 'fairlead/client';
import { planEndpoints } from 'fairlead/plan';
import { start, type Cluster } from 'fairlead/testing';

const cluster: Cluster = await start({ nodes: 1 });
const web: Service = await cluster.client.create<Service>(services, {
  metadata: { name: 'web', namespace: 'default' },
  spec: { ports: [{ port: 80 }] },
});
const { steps } = planEndpoints({ namespace: 'default', name: 'web', service: web, pods: [], current: undefined });
console.log(steps.length);
await cluster.stop();
`;

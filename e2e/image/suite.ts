/** The image's file tree, built by the script that the recipe calls, started without a container engine. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildRootTree, entryPoint } from '../../hack/image/root-tree.ts';
import { stop } from '../peers.ts';
import { eventually, RestClient } from '../rest.ts';
import { root, startServer } from '../server.ts';
import type { Suite } from '../suite.ts';

/** As nobody, in a tree that nobody may write. */
const inside = (folder: string): string[] => ['--user', '--map-user=65532', '--map-group=65532', '--root', folder];

export const suite: Suite = {
  about: "the image's root file tree, run in a user namespace",
  missing() {
    const { status, stderr } = spawnSync('unshare', ['--user', '--map-user=65532', 'true'], { encoding: 'utf8' });
    return status === 0 ? undefined : `user namespaces are not to be had here (${stderr?.trim() || 'no unshare'})`;
  },
  async run(check) {
    const folder = mkdtempSync(join(tmpdir(), 'fairlead-image-'));
    try {
      await buildRootTree(folder, true);
      await check('holds Node, the command and no shell', () => {
        assert.deepEqual(readdirSync(join(folder, 'usr/local/bin')), ['node']);
        for (const shell of ['bin/sh', 'usr/bin/sh', 'bin/bash']) assert.ok(!existsSync(join(folder, shell)));
      });
      await check('the Dockerfile starts it the same way', () => {
        const [, words = ''] =
          /^ENTRYPOINT (.*)$/m.exec(readFileSync(join(root, 'hack/image/Dockerfile'), 'utf8')) ?? [];
        assert.deepEqual(JSON.parse(words), [...entryPoint]);
      });
      await check('refuses NODE_OPTIONS from outside', () => {
        const env = { NODE_OPTIONS: '--no-warnings' };
        const { status, stderr } = spawnSync('unshare', [...inside(folder), ...entryPoint, 'version'], {
          env,
          encoding: 'utf8',
        });
        assert.equal(status, 1);
        assert.match(stderr, /NODE_OPTIONS is set/);
      });
      await check('tells its version', () => {
        const { status, stdout, stderr } = spawnSync('unshare', [...inside(folder), ...entryPoint, 'version'], {
          env: {},
          encoding: 'utf8',
        });
        assert.equal(status, 0, stderr);
        assert.match(stdout, /0\.1\.0/);
      });
      await check('runs the controllers: leads, publishes a Service, ends with 0', () => runControllers(folder));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function runControllers(folder: string): Promise<void> {
  await using server = await startServer('apiserver');
  const rest = RestClient.fromKubeconfig(server.kubeconfig);
  copyFileSync(server.kubeconfig, join(folder, 'tmp/kubeconfig'));
  spawnSync('chmod', ['0644', join(folder, 'tmp/kubeconfig')]);
  const words = [
    'controllers',
    '--kubeconfig=/tmp/kubeconfig',
    '--health-port=0',
    '--metrics-port=0',
    '--logging-format=json',
  ];
  const child = spawn('unshare', [...inside(folder), ...entryPoint, ...words], {
    env: {},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  try {
    const service = { metadata: { name: 'web' }, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } };
    await rest.post('/api/v1/namespaces/default/services', service);
    await eventually('a slice', async () => {
      if (child.exitCode !== null) throw new Error(printed);
      const path =
        '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices?labelSelector=kubernetes.io/service-name=web';
      const { body } = await rest.get(path);
      return ((body['items'] ?? []) as unknown as unknown[]).length === 1 ? true : undefined;
    });
  } finally {
    await stop(child);
    await rest.close();
  }
  assert.equal(child.exitCode, 0, printed);
}

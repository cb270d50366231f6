/** The life of a release: install, look at it, upgrade, roll back, fail, test, uninstall. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { root } from '../../server.ts';
import type { Script } from '../script.ts';
import type { Tool } from '../tool.ts';

const chart = join(root, 'e2e/clients/chart');

interface Listed {
  readonly name: string;
  readonly revision: string;
  readonly status: string;
}

const listed = async (helm: Tool): Promise<readonly string[]> =>
  (JSON.parse(await helm.ok(`list ${helm.version < 4 ? '--all ' : ''}-o json`)) as Listed[]).map(
    ({ name, revision, status }) => [name, revision, status].join(' '),
  );

async function read(helm: Tool, resource: string): Promise<unknown> {
  const { body } = await helm.rest.get(resource.replace('NS', `namespaces/${helm.namespace}`));
  return body;
}

const settings = '/api/v1/NS/configmaps/r-settings';
const deployment = '/apis/apps/v1/NS/deployments/r-web';

const created = [
  '404 GET apps/deployments/{name}',
  '404 GET configmaps/{name}',
  '404 GET secrets/{name}',
  '404 GET services/{name}',
];

export const release: readonly Script[] = [
  {
    name: 'install --dry-run=server, template --validate, lint',
    async run(helm) {
      assert.match(await helm.ok(`install r ${chart} --dry-run=server`), /^kind: Deployment$/m);
      assert.match(await helm.ok(`template r ${chart} --validate`), /^kind: Deployment$/m);
      assert.deepEqual(await listed(helm), []);
    },
    refusals: created,
  },
  {
    name: 'install --wait, with a Job as hook',
    async run(helm) {
      const printed = await helm.ok(`install r ${chart} --wait --timeout 60s`);
      assert.match(printed, /^STATUS: deployed$/m);
      assert.match(printed, /The Service is r-web, of 2 replicas\./);
      assert.deepEqual(await listed(helm), ['r 1 deployed']);
    },
    refusals: (major) => [
      ...created,
      '404 DELETE batch/jobs/{name}',
      ...(major < 4 ? ['404 GET batch/jobs/{name}'] : []),
    ],
  },
  {
    name: 'status, get, history',
    async run(helm) {
      assert.match(await helm.ok(`status r${helm.version < 4 ? ' --show-resources' : ''}`), /r-web +2\/2 +2 +2 /);
      assert.match(await helm.ok('get manifest r'), /^kind: Service$/m);
      assert.match(await helm.ok('get hooks r'), /^kind: Job$/m);
      assert.match(await helm.ok('get values r --all'), /^replicas: 2$/m);
      assert.match(await helm.ok('history r'), /^1 .*deployed/m);
    },
  },
  {
    name: 'upgrade --wait',
    async run(helm) {
      await helm.ok(`upgrade r ${chart} --set replicas=3,greeting=hi --wait --timeout 60s`);
      assert.deepEqual(await listed(helm), ['r 2 deployed']);
      const { spec } = (await read(helm, deployment)) as { spec: { replicas: number } };
      assert.equal(spec.replicas, 3);
      const { data } = (await read(helm, settings)) as { data: object };
      assert.deepEqual(data, { greeting: 'hi' });
    },
    // Hooks that were deleted before they are made again.
    refusals: (major) => (major < 4 ? ['404 GET batch/jobs/{name}', '404 GET configmaps/{name}'] : []),
  },
  {
    name: 'upgrade to what the server refuses',
    async run(helm) {
      assert.match(
        await helm.fails(`upgrade r ${chart} --set port=70000`),
        /spec\.ports\[0\]\.port: Invalid value: 70000/,
      );
      assert.deepEqual(await listed(helm), ['r 3 failed']);
    },
    refusals: (major) => ['422 PATCH services/{name}', ...(major < 4 ? ['404 GET batch/jobs/{name}'] : [])],
  },
  {
    name: 'rollback --wait',
    async run(helm) {
      assert.match(await helm.ok('rollback r 1 --wait --timeout 60s'), /Rollback was a success/);
      assert.deepEqual(await listed(helm), ['r 4 deployed']);
      const { data } = (await read(helm, settings)) as { data: object };
      assert.deepEqual(data, { greeting: 'hello' });
    },
  },
  {
    name: 'test, with a Pod as hook',
    async run(helm) {
      assert.match(await helm.ok('test r --timeout 60s'), /Succeeded/);
    },
    refusals: (major) => ['404 DELETE pods/{name}', ...(major < 4 ? ['404 GET pods/{name}'] : [])],
  },
  {
    name: 'uninstall --wait',
    async run(helm) {
      assert.match(await helm.ok('uninstall r --wait --timeout 60s'), /release "r" uninstalled/);
      assert.deepEqual(await listed(helm), []);
      assert.match(await helm.fails('status r'), /release: not found/);
    },
    // Helm 4 watches what it waits for, Helm 3 asks until it is gone.
    refusals: (major) => (major < 4 ? created : []),
  },
];

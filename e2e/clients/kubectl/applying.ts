/** Declaring objects from files: apply in both forms, diff, and what the server says of mistakes. */
import assert from 'node:assert/strict';
import type { Script } from '../script.ts';
import { jsonpath, web } from './web.ts';

export const applying: readonly Script[] = [
  {
    name: 'apply -f: created, unchanged, configured',
    async run(kubectl) {
      assert.equal(
        await kubectl.ok('apply -f', kubectl.file('web.yaml', web(1))),
        'deployment.apps/web created\nservice/web created\n',
      );
      assert.equal(
        await kubectl.ok('apply -f', kubectl.file('web.yaml', web(1))),
        'deployment.apps/web unchanged\nservice/web unchanged\n',
      );
      assert.equal(
        await kubectl.ok('apply -f', kubectl.file('web.yaml', web(2, 8001))),
        'deployment.apps/web configured\nservice/web configured\n',
      );
      assert.equal(await jsonpath(kubectl, 'service web', '.spec.ports[*].targetPort'), '8001 8080');
      assert.match(await kubectl.ok('apply view-last-applied service/web'), /targetPort: 8001/);
      assert.match(
        await kubectl.ok('apply --dry-run=server -f', kubectl.file('web.yaml', web(5))),
        /configured \(server dry run\)/,
      );
      assert.equal(await jsonpath(kubectl, 'deployment web', '.spec.replicas'), '2');
    },
    refusals: ['404 GET apps/deployments/{name}', '404 GET services/{name}'],
  },
  {
    name: 'apply refuses unknown fields and explains invalid ones',
    async run(kubectl) {
      const unknown = kubectl.file('unknown.yaml', web(2).replace('selector: {app', 'selektor: {app'));
      assert.match(await kubectl.fails('apply -f', unknown), /strict decoding error: unknown field "spec\.selektor"/);
      const invalid = kubectl.file('invalid.yaml', web(2).replace('name: http', 'name: HTTP'));
      assert.match(
        await kubectl.fails('apply -f', invalid),
        /The Service "web" is invalid: spec\.ports\[0\]\.name: Invalid value: "HTTP"/,
      );
    },
    refusals: ['422 PATCH services/{name}'],
  },
  {
    name: 'apply of a kind that is not served',
    async run(kubectl) {
      const text = 'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\n';
      for (const form of ['apply -f', 'apply --server-side -f', 'create -f']) {
        assert.match(
          await kubectl.fails(form, kubectl.file('widget.yaml', text)),
          /no matches for kind "Widget" in version "example.com\/v1"\nensure CRDs are installed first/,
        );
      }
    },
  },
  {
    name: 'diff',
    async run(kubectl) {
      const { code, stdout, stderr } = await kubectl.run('diff -f', [kubectl.file('web.yaml', web(4, 8001))]);
      assert.equal(code, 1, stderr);
      assert.match(stdout, /^- {2}replicas: 2\n\+ {2}replicas: 4$/m);
      assert.equal(await kubectl.ok('diff -f', kubectl.file('web.yaml', web(2, 8001))), '');
      const server = await kubectl.run('diff --server-side --force-conflicts -f', [
        kubectl.file('web.yaml', web(4, 8001)),
      ]);
      assert.match(server.stdout, /^- {2}replicas: 2\n\+ {2}replicas: 4$/m);
    },
  },
  {
    name: 'apply --server-side: conflict, force, ownership',
    async run(kubectl) {
      const file = kubectl.file('web.yaml', web(3, 8002));
      await kubectl.ok('patch deployment web --field-manager=rival -p', '{"spec":{"replicas":9}}');
      assert.match(
        await kubectl.fails('apply --server-side -f', file),
        /Apply failed with 1 conflict: conflict with "rival" using apps\/v1: \.spec\.replicas/,
      );
      assert.equal(
        await kubectl.ok('apply --server-side --force-conflicts -f', file),
        'deployment.apps/web serverside-applied\nservice/web serverside-applied\n',
      );
      assert.match(await kubectl.ok('apply --server-side -f', file), /deployment.apps\/web serverside-applied/);
      const managers = await kubectl.ok(
        'get service web --show-managed-fields -o',
        'jsonpath={.metadata.managedFields[*].manager}',
      );
      assert.match(managers, /\bkubectl\b/);
      await kubectl.ok(
        'apply --server-side --field-manager=other -f',
        kubectl.file('label.yaml', 'apiVersion: v1\nkind: Service\nmetadata: {name: web, labels: {owner: other}}\n'),
      );
      await kubectl.ok(
        'apply --server-side --field-manager=other -f',
        kubectl.file('label.yaml', 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\n'),
      );
      assert.equal(await jsonpath(kubectl, 'service web', '.metadata.labels.owner'), '');
    },
    refusals: ['409 PATCH apps/deployments/{name}'],
  },
  {
    name: 'apply -k, apply --prune',
    async run(kubectl) {
      kubectl.file('kustom/one.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\ndata: {a: b}\n');
      kubectl.file('kustom/two.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: two}\n');
      const write = (...names: string[]): string =>
        kubectl
          .file('kustom/kustomization.yaml', `resources: [${names.join(', ')}]\nlabels: [{pairs: {part: kustom}}]\n`)
          .replace(/\/[^/]*$/, '');
      assert.equal(
        await kubectl.ok('apply -k', write('one.yaml', 'two.yaml')),
        'configmap/one created\nconfigmap/two created\n',
      );
      assert.match(await kubectl.ok('apply --prune -l part=kustom -k', write('one.yaml')), /configmap\/two pruned/);
      assert.match(await kubectl.ok('delete -k', write('one.yaml')), /configmap "one" deleted/);
    },
    refusals: ['404 GET configmaps/{name}'],
  },
];

/** Declaring objects from files: apply in both forms, diff, edit, replace, patch, and the small words. */
import assert from 'node:assert/strict';
import type { Tool } from '../tool.ts';
import type { Script } from '../script.ts';

const web = (replicas: number, targetPort = 8000): string => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: x, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: ${targetPort}}, {name: admin, port: 8080}]}
`;

const jsonpath = (kubectl: Tool, object: string, path: string): Promise<string> =>
  kubectl.ok(`get ${object} -o`, `jsonpath={${path}}`);

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
    unserved: ['404 GET apiextensions.k8s.io/customresourcedefinitions'],
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
    name: 'patch in its three forms, and of a subresource',
    async run(kubectl) {
      await kubectl.ok('patch service web -p', '{"spec":{"ports":[{"port":80,"targetPort":8082}]}}');
      assert.equal(await jsonpath(kubectl, 'service web', '.spec.ports[*].targetPort'), '8082 8080');
      await kubectl.ok('patch service web --type=merge -p', '{"spec":{"type":"NodePort"}}');
      assert.match(await kubectl.ok('get service web'), /80:3\d{4}\/TCP,8080:3\d{4}\/TCP/);
      await kubectl.ok(
        'patch service web --type=json -p',
        '[{"op":"replace","path":"/spec/type","value":"ClusterIP"}]',
      );
      assert.equal(
        await kubectl.ok('patch service web -p', '{"spec":{"type":"ClusterIP"}}'),
        'service/web patched (no change)\n',
      );
      await kubectl.ok(
        'patch deployment web --subresource=status --type=merge -p',
        '{"status":{"conditions":[{"type":"Odd","status":"True"}]}}',
      );
      assert.equal(await jsonpath(kubectl, 'deployment web', '.status.conditions[0].type'), 'Odd');
      assert.match(
        await kubectl.fails(
          'patch service web --subresource=status --type=merge -p',
          '{"status":{"loadBalancer":{"ingress":[{"ip":"192.0.2.1"}]}}}',
        ),
        /status\.loadBalancer\.ingress: Forbidden: may only be used when `spec\.type` is 'LoadBalancer'/,
      );
      assert.match(
        await kubectl.fails('patch service web --type=json -p', '[{"op":"test","path":"/spec/type","value":"x"}]'),
        /Error from server|The request is invalid/,
      );
    },
    refusals: ['422 PATCH services/{name}', '422 PATCH services/{name}/status'],
  },
  {
    name: 'edit with a scripted editor',
    async run(kubectl) {
      const edited = await kubectl.okWith(
        { env: { KUBE_EDITOR: "sed -i 's/replicas: 3/replicas: 7/'" } },
        'edit deployment web',
      );
      assert.equal(edited, 'deployment.apps/web edited\n');
      assert.equal(await jsonpath(kubectl, 'deployment web', '.spec.replicas'), '7');
      await kubectl.okWith(
        {
          env: {
            KUBE_EDITOR:
              "sed -i -e 's/port: 8080/port: 9090/' -e 's/^  name: web/  labels: {edited: \"yes\"}\\n  name: web/'",
          },
        },
        'edit service web',
      );
      assert.equal(await jsonpath(kubectl, 'service web', '.spec.ports[1].port'), '9090');
    },
  },
  {
    name: 'label, annotate, scale, set image',
    async run(kubectl) {
      assert.equal(await kubectl.ok('label service web a=b'), 'service/web labeled\n');
      assert.match(
        await kubectl.fails('label service web a=c'),
        /'a' already has a value \(b\), and --overwrite is false/,
      );
      assert.equal(await kubectl.ok('label --overwrite service web a=c'), 'service/web labeled\n');
      assert.equal(await kubectl.ok('label service web a-'), 'service/web unlabeled\n');
      assert.equal(await kubectl.ok('annotate service web a=b'), 'service/web annotated\n');
      assert.equal(await kubectl.ok('annotate services --all a-'), 'service/web annotated\n');
      assert.equal(await kubectl.ok('scale deployment web --replicas=5'), 'deployment.apps/web scaled\n');
      assert.match(
        await kubectl.fails('scale deployment web --replicas=6 --current-replicas=9'),
        /Expected replicas to be 9, was 5/,
      );
      assert.equal(await kubectl.ok('set image deployment/web web=y'), 'deployment.apps/web image updated\n');
      assert.equal(await kubectl.ok('set selector service web app=web,tier=front'), 'service/web selector updated\n');
    },
  },
  {
    name: 'replace, replace --force',
    async run(kubectl) {
      const file = kubectl.file('web.yaml', web(1));
      assert.equal(await kubectl.ok('replace -f', file), 'deployment.apps/web replaced\nservice/web replaced\n');
      const before = await jsonpath(kubectl, 'service web', '.metadata.uid');
      assert.match(
        await kubectl.ok('replace --force -f', file),
        /deployment.apps\/web replaced\nservice\/web replaced\n$/,
      );
      assert.notEqual(await jsonpath(kubectl, 'service web', '.metadata.uid'), before);
    },
    refusals: ['404 GET apps/deployments/{name}', '404 GET services/{name}'],
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
  {
    name: 'describe',
    async run(kubectl) {
      assert.match(await kubectl.ok('describe service web'), /^Selector: +app=web$/m);
      assert.match(await kubectl.ok('describe deployment web'), /^Replicas: +1 desired/m);
      assert.match(await kubectl.ok(`describe namespace ${kubectl.namespace}`), /^Status: +Active$/m);
    },
    // Since 1.31 kubectl looks at slices only.
    refusals: (minor) => (minor < 31 ? ['404 GET endpoints/{name}'] : []),
  },
  {
    name: 'delete',
    async run(kubectl) {
      assert.match(
        await kubectl.ok('delete service web --dry-run=server'),
        /service "web" deleted.*\(server dry run\)/,
      );
      assert.match(
        await kubectl.ok('delete -f', kubectl.file('web.yaml', web(1))),
        /deployment.apps "web" deleted.*\nservice "web" deleted/,
      );
      assert.match(await kubectl.fails('delete service web'), /services "web" not found/);
      await kubectl.ok('delete service web --ignore-not-found');
      await kubectl.ok('create configmap first');
      await kubectl.ok('create configmap second');
      await kubectl.ok('label configmaps first second group=both');
      assert.match(
        await kubectl.ok('delete configmaps -l group=both'),
        /"first" deleted.*\nconfigmap "second" deleted/,
      );
    },
    refusals: [
      '404 DELETE services/{name}',
      '404 GET apps/deployments/{name}',
      '404 GET configmaps/{name}',
      '404 GET services/{name}',
    ],
  },
];

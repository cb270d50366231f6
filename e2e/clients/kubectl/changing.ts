/** Changing what was applied: patch, edit, the small words, replace; then looking at it and deleting it. */
import assert from 'node:assert/strict';
import type { Script } from '../script.ts';
import { jsonpath, web } from './web.ts';

export const changing: readonly Script[] = [
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

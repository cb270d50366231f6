/** Commands that only read, and questions about the server and oneself. */
import assert from 'node:assert/strict';
import type { Script } from '../script.ts';

export const reading: readonly Script[] = [
  {
    name: 'version',
    async run(kubectl) {
      assert.match(await kubectl.ok('version'), /^Server Version: v1\.36\.\d+/m);
      const { serverVersion } = JSON.parse(await kubectl.ok('version -o json')) as {
        serverVersion: { major: string; minor: string };
      };
      assert.deepEqual([serverVersion.major, serverVersion.minor], ['1', '36']);
    },
  },
  {
    name: 'get all -A',
    async run(kubectl) {
      assert.match(
        await kubectl.ok('get all -A'),
        /^default +service\/kubernetes +ClusterIP +10\.96\.0\.1 +<none> +443\/TCP/m,
      );
    },
  },
  {
    name: 'api-resources and api-versions',
    async run(kubectl) {
      const resources = await kubectl.ok('api-resources');
      assert.match(resources, /^services +svc +v1 +true +Service$/m);
      assert.match(resources, /^endpointslices +discovery\.k8s\.io\/v1 +true +EndpointSlice$/m);
      assert.match(resources, /^selfsubjectreviews +authentication\.k8s\.io\/v1 +false +SelfSubjectReview$/m);
      assert.match(await kubectl.ok('api-resources --verbs=list,watch --namespaced -o name'), /^deployments\.apps$/m);
      assert.match(await kubectl.ok('api-resources --categories=all -o name'), /^services$/m);
      assert.match(await kubectl.ok('api-versions'), /^discovery\.k8s\.io\/v1$/m);
    },
  },
  {
    name: 'explain',
    async run(kubectl) {
      const ports = await kubectl.ok('explain service.spec.ports');
      assert.match(ports, /^KIND: +Service$/m);
      assert.match(ports, /^ +targetPort\t<IntOrString>$/m);
      assert.match(await kubectl.ok('explain deployment --recursive'), /^ {8}initContainers\t<\[\]Container>/m);
      assert.match(await kubectl.ok('explain endpointslices.endpoints.conditions'), /serving\t<boolean>/);
    },
  },
  {
    name: 'get --raw and cluster-info',
    async run(kubectl) {
      assert.equal(await kubectl.ok('get --raw /readyz'), 'ok');
      assert.match(await kubectl.ok('get --raw /readyz?verbose'), /^readyz check passed$/m);
      assert.match(await kubectl.ok('get --raw /livez?verbose'), /^livez check passed$/m);
      assert.match(await kubectl.ok('get --raw /openapi/v3'), /"apis\/discovery\.k8s\.io\/v1":/);
      assert.match(await kubectl.ok('get --raw /'), /"\/apis\/apps\/v1"/);
      assert.match(await kubectl.ok('get --raw /api/v1/namespaces/default'), /^\{"kind":"Namespace","apiVersion":"v1"/);
      assert.match(await kubectl.ok('cluster-info'), /Kubernetes control plane.* is running at/);
    },
  },
  {
    name: 'auth can-i, auth whoami',
    async run(kubectl) {
      assert.equal(await kubectl.ok('auth can-i create pods'), 'yes\n');
      assert.equal(await kubectl.ok('auth can-i get deployments.apps --subresource=scale'), 'yes\n');
      assert.equal(await kubectl.ok('auth can-i get /metrics'), 'yes\n');
      assert.match(await kubectl.ok('auth can-i --list'), /^\*\.\* +\[\] +\[\] +\[\*\]$/m);
      const self = await kubectl.ok('auth whoami');
      assert.match(self, /^Groups +\[system:masters system:authenticated\]$/m);
      assert.match(self, /^Extra: authentication\.kubernetes\.io\/credential-id +\[X509SHA256=[0-9a-f]{64}\]$/m);
      const nobody = await kubectl.run('auth can-i create pods --as=nobody');
      assert.deepEqual([nobody.code, nobody.stdout], [1, 'no\n']);
    },
  },
  {
    name: 'a refused command says what is forbidden',
    async run(kubectl) {
      assert.match(
        await kubectl.fails('get services --as=nobody'),
        /services is forbidden: User "nobody" cannot list resource "services" in API group "" in the namespace "kubectl-1-\d\d"/,
      );
    },
    refusals: ['403 GET services'],
  },
  {
    name: 'get what is not there',
    async run(kubectl) {
      assert.equal(await kubectl.ok('get configmaps -l none=such -o name'), '');
      assert.match(
        await kubectl.fails('get service absent'),
        /Error from server \(NotFound\): services "absent" not found/,
      );
      assert.equal(await kubectl.ok('get service absent --ignore-not-found'), '');
      assert.match(await kubectl.fails('get widgets'), /the server doesn't have a resource type "widgets"/);
    },
    refusals: ['404 GET services/{name}'],
  },
];

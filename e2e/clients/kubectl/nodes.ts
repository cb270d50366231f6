/** What an administrator does to a Node, and the life of a namespace. */
import assert from 'node:assert/strict';
import type { Script } from '../script.ts';

export const nodes: readonly Script[] = [
  {
    name: 'cordon, uncordon, drain of an empty node, taint, describe',
    async run(kubectl) {
      const name = `node-${kubectl.version}`;
      await kubectl.ok(
        'create -f',
        kubectl.file('node.yaml', `apiVersion: v1\nkind: Node\nmetadata: {name: ${name}}\n`),
      );
      assert.equal(await kubectl.ok(`cordon ${name}`), `node/${name} cordoned\n`);
      assert.match(await kubectl.ok(`get node ${name}`), /SchedulingDisabled/);
      assert.equal(await kubectl.ok(`uncordon ${name}`), `node/${name} uncordoned\n`);
      assert.equal(await kubectl.ok(`drain ${name}`), `node/${name} cordoned\nnode/${name} drained\n`);
      assert.match(await kubectl.ok(`taint node ${name} dedicated=one:NoExecute`), /tainted/);
      assert.match(await kubectl.ok(`describe node ${name}`), /^Unschedulable: +true$/m);
      await kubectl.ok(`delete node ${name}`);
    },
    refusals: ['404 GET coordination.k8s.io/leases/{name}', '404 GET nodes/{name}'],
    unserved: (minor) => (minor < 36 ? [] : ['404 GET resource.k8s.io/resourceslices']),
  },
  {
    name: 'drain evicts pods',
    async run(kubectl) {
      const name = `busy-${kubectl.version}`;
      await kubectl.ok(
        'create -f',
        kubectl.file('node.yaml', `apiVersion: v1\nkind: Node\nmetadata: {name: ${name}}\n`),
      );
      const pod = `apiVersion: v1\nkind: Pod\nmetadata: {name: guest}\nspec: {nodeName: ${name}, containers: [{name: c, image: x}]}\n`;
      await kubectl.ok('create -f', kubectl.file('pod.yaml', pod));
      assert.match(await kubectl.fails(`drain ${name}`), /cannot delete .*[Pp]ods (that )?declare no controller/);
      assert.match(
        await kubectl.ok(`drain ${name} --force --grace-period=0`),
        /pod\/guest evicted\nnode\/busy-\d\d drained\n$/,
      );
      await kubectl.ok(`delete node ${name}`);
    },
    refusals: ['404 GET nodes/{name}', '404 GET pods/{name}'],
  },
  {
    name: 'create and delete a namespace with things in it',
    async run(kubectl) {
      const name = `${kubectl.namespace}-short`;
      await kubectl.ok(`create namespace ${name}`);
      await kubectl.ok(`create service clusterip web --tcp=80 -n ${name}`);
      await kubectl.ok(`create deployment web --image=x -n ${name}`);
      assert.match(await kubectl.ok(`get all -n ${name}`), /service\/web[\s\S]*deployment\.apps\/web/);
      assert.match(await kubectl.ok(`delete namespace ${name}`), /namespace "kubectl-1-\d\d-short" deleted/);
      assert.match(
        await kubectl.fails(`create configmap late -n ${name}`),
        /namespaces "kubectl-1-\d\d-short" not found/,
      );
      assert.match(
        await kubectl.fails('delete namespace default'),
        /namespaces "default" is forbidden: this namespace may not be deleted/,
      );
    },
    refusals: ['403 DELETE namespaces/{name}', '404 POST configmaps'],
  },
];

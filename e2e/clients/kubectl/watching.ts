/** Commands that wait for something to happen: get -w, wait, rollout, events. */
import assert from 'node:assert/strict';
import type { Tool } from '../tool.ts';
import type { Script } from '../script.ts';

const deployment = (kubectl: Tool): string => `/apis/apps/v1/namespaces/${kubectl.namespace}/deployments/rolled`;

/** As if a Deployment controller had brought all replicas up. */
async function roll(kubectl: Tool): Promise<void> {
  const { body } = await kubectl.rest.get(deployment(kubectl));
  const replicas = Number(body['spec']?.['replicas']);
  await kubectl.rest.patch(`${deployment(kubectl)}/status`, {
    status: {
      observedGeneration: Number(body['metadata']?.['generation']),
      replicas,
      updatedReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
      conditions: [{ type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: 'up' }],
    },
  });
}

export const watching: readonly Script[] = [
  {
    name: 'get -w',
    async run(kubectl) {
      await kubectl.ok('create configmap seen --from-literal=a=b');
      await using all = kubectl.start('get configmaps -w');
      await using one = kubectl.start('get configmap seen -w -o name');
      await using typed = kubectl.start('get configmaps -w --output-watch-events -l group=watched');
      await all.printed(/^seen +1 /m);
      await one.printed(/^configmap\/seen$/m);
      await kubectl.ok('create configmap later');
      assert.match(await all.printed(/^later +0 /m), /^NAME +DATA +AGE$/m);
      await kubectl.ok('label configmap seen group=watched');
      await one.printed(/^(configmap\/seen\n){2}/m);
      await typed.printed(/^(ADDED|MODIFIED) +seen /m);
      await kubectl.ok('delete configmap seen later');
      await typed.printed(/^DELETED +seen /m);
    },
    refusals: ['404 GET configmaps/{name}'],
  },
  {
    name: 'rollout status, history, wait --for=condition, --for=jsonpath',
    async run(kubectl) {
      await kubectl.ok('create deployment rolled --image=x --replicas=2');
      await using status = kubectl.start('rollout status deployment/rolled --timeout=30s');
      await using condition = kubectl.start('wait --for=condition=Available deployment/rolled --timeout=30s');
      await using path = kubectl.start('wait --for=jsonpath={.status.readyReplicas}=2 deployment/rolled --timeout=30s');
      await status.printed(/Waiting for deployment/);
      await roll(kubectl);
      await status.printed(/^deployment "rolled" successfully rolled out$/m);
      await condition.printed(/^deployment\.apps\/rolled condition met$/m);
      await path.printed(/^deployment\.apps\/rolled condition met$/m);
      assert.match(await kubectl.ok('rollout history deployment/rolled'), /^deployment\.apps\/rolled/);
      assert.match(
        await kubectl.fails('wait --for=condition=Progressing deployment/rolled --timeout=1s'),
        /timed out waiting for the condition/,
      );
      assert.equal(await kubectl.ok('rollout restart deployment/rolled'), 'deployment.apps/rolled restarted\n');
    },
  },
  {
    name: 'wait --for=delete',
    async run(kubectl) {
      await using gone = kubectl.start('wait --for=delete deployment/rolled --timeout=30s');
      await new Promise((resolve) => setTimeout(resolve, 300));
      await kubectl.ok('delete deployment rolled --cascade=foreground');
      await gone.printed(/^deployment\.apps\/rolled condition met$/m);
      assert.equal(await kubectl.ok('wait --for=delete deployment/rolled --timeout=5s'), '');
    },
    refusals: ['404 GET apps/deployments/{name}'],
  },
  {
    name: 'wait --for=create',
    since: 31,
    async run(kubectl) {
      await using made = kubectl.start('wait --for=create configmap/awaited --timeout=20s');
      await new Promise((resolve) => setTimeout(resolve, 300));
      await kubectl.ok('create configmap awaited');
      await made.printed(/^configmap\/awaited condition met$/m);
    },
    refusals: ['404 GET configmaps/{name}'],
  },
  {
    name: 'delete waits for finalizers',
    async run(kubectl) {
      const file = kubectl.file(
        'held.yaml',
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: held, finalizers: [example.com/hold]}\n',
      );
      await kubectl.ok('create -f', file);
      await using deleting = kubectl.start('delete configmap held');
      await deleting.printed(/configmap "held" deleted/);
      assert.notEqual(await kubectl.ok('get configmap held -o', 'jsonpath={.metadata.deletionTimestamp}'), '');
      await kubectl.ok('patch configmap held --type=merge -p', '{"metadata":{"finalizers":null}}');
      await kubectl.ok('wait --for=delete configmap/held --timeout=10s');
    },
    refusals: ['404 GET configmaps/{name}'],
  },
  {
    name: 'events',
    async run(kubectl) {
      const { body: service } = await kubectl.rest.post(`/api/v1/namespaces/${kubectl.namespace}/services`, {
        metadata: { name: 'told' },
        spec: { ports: [{ port: 80 }] },
      });
      const event = (name: string, message: string): Promise<unknown> =>
        kubectl.rest.post(`/api/v1/namespaces/${kubectl.namespace}/events`, {
          metadata: { name },
          involvedObject: {
            kind: 'Service',
            apiVersion: 'v1',
            name: 'told',
            namespace: kubectl.namespace,
            uid: service['metadata']?.['uid'],
          },
          type: 'Warning',
          reason: 'Tested',
          message,
          source: { component: 'e2e' },
          firstTimestamp: new Date().toISOString(),
          lastTimestamp: new Date().toISOString(),
          count: 3,
        });
      await event('told.1', 'the first message');
      assert.match(await kubectl.ok('get events'), /Warning +Tested +service\/told +the first message/);
      assert.match(
        await kubectl.ok('events --for=service/told'),
        /\(x3 over \ds\) +Warning +Tested +Service\/told +the first message/,
      );
      assert.match(await kubectl.ok('describe service told'), /Warning +Tested .* e2e +the first message/);
      await using watch = kubectl.start('events -w');
      await watch.printed(/the first message/);
      await event('told.2', 'the second message');
      await watch.printed(/the second message/);
      await kubectl.ok('delete service told');
    },
    refusals: (minor) =>
      minor < 31 ? ['404 GET endpoints/{name}', '404 GET services/{name}'] : ['404 GET services/{name}'],
  },
];

/** `create KIND`, `run`, `expose`: since 1.32 most of their bodies are protobuf (M10–M13). */
import assert from 'node:assert/strict';
import type { Script } from '../script.ts';

export const imperative: readonly Script[] = [
  {
    name: 'create configmap, secret, serviceaccount, token',
    async run(kubectl) {
      const file = kubectl.file('key.txt', 'value of a file\n');
      await kubectl.ok('create configmap settings --from-literal=a=b', `--from-file=${file}`);
      assert.equal(
        await kubectl.ok('get configmap settings -o', 'jsonpath={.data}'),
        '{"a":"b","key.txt":"value of a file\\n"}',
      );
      await kubectl.ok('create secret generic hidden --from-literal=password=p');
      assert.equal(await kubectl.ok('get secret hidden -o', 'jsonpath={.data.password}{.type}'), 'cA==Opaque');
      await kubectl.ok('create secret docker-registry pull --docker-username=u --docker-password=p --docker-server=s');
      assert.match(await kubectl.ok('get secret pull'), /kubernetes\.io\/dockerconfigjson +1 /);
      await kubectl.ok('create serviceaccount robot');
      assert.match(await kubectl.ok('create token robot --duration=10m'), /^[\w-]+\.[\w-]+\.[\w-]+\s*$/);
    },
  },
  {
    name: 'create service in its four forms, expose',
    async run(kubectl) {
      await kubectl.ok('create service clusterip plain --tcp=80:8080');
      await kubectl.ok('create service clusterip headless --clusterip=None --tcp=80');
      await kubectl.ok('create service nodeport node --tcp=80');
      await kubectl.ok('create service loadbalancer balanced --tcp=80');
      await kubectl.ok('create service externalname outside --external-name=example.com');
      await kubectl.ok('create deployment shown --image=x --replicas=2 --port=80');
      await kubectl.ok('expose deployment shown --port=8080 --target-port=80 --name=exposed');
      const columns = 'custom-columns=A:.metadata.name,B:.spec.type,C:.spec.ports[0].targetPort,D:.spec.selector.app';
      const rows = (await kubectl.ok('get services --no-headers -o', columns)).trim().split('\n');
      assert.deepEqual(
        rows.map((row) => row.split(/ +/)),
        [
          ['balanced', 'LoadBalancer', '80', 'balanced'],
          ['exposed', 'ClusterIP', '80', 'shown'],
          ['headless', 'ClusterIP', '80', 'headless'],
          ['node', 'NodePort', '80', 'node'],
          ['outside', 'ExternalName', '<none>', 'outside'],
          ['plain', 'ClusterIP', '8080', 'plain'],
        ],
      );
      assert.match(
        await kubectl.ok('get service balanced'),
        /LoadBalancer +10\.96\.\d+\.\d+ +<pending> +80:3\d{4}\/TCP/,
      );
      assert.match(await kubectl.ok('get service headless'), /ClusterIP +None +<none> +80\/TCP/);
      await kubectl.ok('delete services --all');
    },
    refusals: ['404 GET services/{name}'],
  },
  {
    name: 'create role, binding, quota, budget, ingress, job, cronjob, priority class',
    async run(kubectl) {
      await kubectl.ok('create role reader --verb=get,list --resource=pods,services');
      await kubectl.ok('create rolebinding reads --role=reader --user=jane');
      const mine = (name: string): string => `${name}-${kubectl.version}`;
      await kubectl.ok(`create clusterrole ${mine('reader')} --verb=get --resource=nodes`);
      await kubectl.ok(`create clusterrolebinding ${mine('reads')} --clusterrole=${mine('reader')} --group=readers`);
      await kubectl.ok('create quota limits --hard=services=100,pods=50');
      await kubectl.ok('create poddisruptionbudget budget --selector=app=x --min-available=1');
      await kubectl.ok('create ingress way --rule=example.com/=plain:80');
      await kubectl.ok('create job once --image=x');
      await kubectl.ok('create cronjob often --image=x', '--schedule=*/5 * * * *');
      await kubectl.ok(`create priorityclass ${mine('high')} --value=1000`);
      assert.equal(await kubectl.ok('auth can-i list services --as=jane'), 'yes\n');
      const kinds = 'role,rolebinding,quota,pdb,ingress,job,cronjob';
      assert.deepEqual((await kubectl.ok(`get ${kinds} -o name`)).trim().split('\n'), [
        'role.rbac.authorization.k8s.io/reader',
        'rolebinding.rbac.authorization.k8s.io/reads',
        'resourcequota/limits',
        'poddisruptionbudget.policy/budget',
        'ingress.networking.k8s.io/way',
        'job.batch/once',
        'cronjob.batch/often',
      ]);
      assert.equal(await kubectl.ok('get cronjob often -o', 'jsonpath={.spec.schedule}'), '*/5 * * * *');
      await kubectl.ok(`delete clusterrole ${mine('reader')}`);
      await kubectl.ok(`delete clusterrolebinding ${mine('reads')}`);
      await kubectl.ok(`delete priorityclass ${mine('high')}`);
    },
    refusals: [
      '404 GET rbac.authorization.k8s.io/clusterrolebindings/{name}',
      '404 GET rbac.authorization.k8s.io/clusterroles/{name}',
      '404 GET scheduling.k8s.io/priorityclasses/{name}',
    ],
  },
  {
    name: 'autoscale',
    // Before it, kubectl asks for autoscaling/v1, which is not served.
    since: 33,
    async run(kubectl) {
      assert.match(await kubectl.ok('autoscale deployment shown --min=1 --max=3 --cpu-percent=80'), /autoscaled/);
      assert.match(await kubectl.ok('get hpa shown'), /Deployment\/shown/);
      await kubectl.ok('delete hpa shown');
    },
    refusals: ['404 GET autoscaling/horizontalpodautoscalers/{name}'],
  },
  {
    name: 'run, create --dry-run=server, create what exists',
    async run(kubectl) {
      assert.equal(await kubectl.ok('run alone --image=x --port=80 --labels=app=alone'), 'pod/alone created\n');
      assert.match(await kubectl.ok('get pod alone'), /alone +0\/1 +Pending +0 /);
      assert.equal(await kubectl.ok('expose pod alone --port=80'), 'service/alone exposed\n');
      const dry = await kubectl.ok('create deployment dry --image=x --dry-run=server -o yaml');
      assert.match(dry, /^ {4}type: RollingUpdate$/m);
      assert.match(await kubectl.fails('get deployment dry'), /not found/);
      assert.match(
        await kubectl.fails('create serviceaccount robot'),
        /Error from server \(AlreadyExists\): serviceaccounts "robot" already exists|error: failed to create serviceaccount: serviceaccounts "robot" already exists/,
      );
      await kubectl.ok('delete pod alone --grace-period=0 --force');
      await kubectl.ok('delete service alone');
    },
    refusals: [
      '404 GET apps/deployments/{name}',
      '404 GET pods/{name}',
      '404 GET services/{name}',
      '409 POST serviceaccounts',
    ],
  },
];

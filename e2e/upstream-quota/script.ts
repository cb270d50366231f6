/** Requests that meet ResourceQuotas and LimitRanges, in order; later ones see what earlier ones left. */
import type { Step } from '../upstream-api/script.ts';

const namespace = '/api/v1/namespaces/q';
type Texts = Record<string, string>;

const core = (id: string, method: string, rest: string, body?: unknown, until?: Step['until']): Step => ({
  id,
  method,
  path: `${namespace}/${rest}`,
  ...(body === undefined ? {} : { body }),
  ...(until === undefined ? {} : { until }),
});

const merge = (id: string, rest: string, body: unknown): Step => ({
  ...core(id, 'PATCH', rest, body),
  contentType: 'application/merge-patch+json',
});

interface Shown {
  readonly status?: { readonly hard?: Texts; readonly used?: Texts };
  readonly spec?: { readonly hard?: Texts };
}

/** Makes a quota and waits until somebody has counted. */
const quota = (name: string, hard: Texts, more: object = {}): Step[] => [
  core(`quota ${name}`, 'POST', 'resourcequotas', { metadata: { name }, spec: { hard, ...more } }),
  core(`quota ${name} counted`, 'GET', `resourcequotas/${name}`, undefined, (_, body) => {
    const { status } = body as Shown;
    return Object.keys(hard).every((key) => status?.used?.[key] !== undefined && status.hard?.[key] !== undefined);
  }),
  // Admission of a real server reads them from a cache that is a moment behind.
  { ...core(`quota ${name} is known: counted`, 'GET', `resourcequotas/${name}`), pauseMs: 300 },
];

/** Waits until so much is used. */
const used = (id: string, name: string, wanted: Texts): Step =>
  core(`${id}: used of ${name}`, 'GET', `resourcequotas/${name}`, undefined, (_, body) =>
    Object.entries(wanted).every(([key, value]) => (body as Shown).status?.used?.[key] === value),
  );

const drop = (name: string): Step => core(`without ${name}`, 'DELETE', `resourcequotas/${name}`);

const service = (id: string, name: string, spec: object): Step =>
  core(id, 'POST', 'services', { metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } });
const container = (name: string, requests?: Texts, limits?: Texts, more: object = {}): object => ({
  name,
  image: 'x',
  resources: { ...(requests && { requests }), ...(limits && { limits }) },
  ...more,
});
const pod = (id: string, name: string, containers: object[], more: object = {}): Step =>
  core(id, 'POST', 'pods', { metadata: { name }, spec: { containers, automountServiceAccountToken: false, ...more } });
const remove = (kind: string, name: string): Step =>
  core(`delete ${kind}/${name}`, 'DELETE', `${kind}/${name}`, { gracePeriodSeconds: 0 });
/** Real servers read them from a cache that is a moment behind. */
const range = (name: string, ...limits: object[]): Step[] => [
  core(`limits ${name}`, 'POST', 'limitranges', { metadata: { name }, spec: { limits } }),
  { ...core(`limits ${name} are known`, 'GET', `limitranges/${name}`), pauseMs: 500 },
];
const dropRange = (name: string): Step => core(`without limits ${name}`, 'DELETE', `limitranges/${name}`);

const two = [
  { port: 80, name: 'a' },
  { port: 81, name: 'b' },
];
const small = { cpu: '100m', memory: '64Mi' };

export const steps: readonly Step[] = [
  { id: 'namespace', method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: 'q' } } },
  core('account', 'GET', 'serviceaccounts/default', undefined, (code) => code === 200),
  core('authority', 'GET', 'configmaps/kube-root-ca.crt', undefined, (code) => code === 200),

  // Services
  ...quota('svc', { services: '4', 'services.nodeports': '2', 'services.loadbalancers': '1' }),
  service('clusterip', 'a', {}),
  service('nodeports 2', 'np', { type: 'NodePort', ports: two }),
  used('after two', 'svc', { services: '2', 'services.nodeports': '2' }),
  service('B183 nodeports exceeded', 'web', { type: 'NodePort' }),
  service('a refused one leaves nothing', 'web', { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false }),
  service('loadbalancers exceeded', 'lb2', { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false }),
  service('several exceeded', 'lb3', { type: 'LoadBalancer', ports: two }),
  { ...service('dry run exceeded', 'dry', { type: 'NodePort' }), path: `${namespace}/services?dryRun=All` },
  { ...service('dry run fits', 'dry', {}), path: `${namespace}/services?dryRun=All` },
  used('after dry runs', 'svc', { services: '3' }),
  merge('update to NodePort exceeds', 'services/a', { spec: { type: 'NodePort' } }),
  merge('update without change', 'services/np', { metadata: { labels: { a: 'b' } } }),
  remove('services', 'np'),
  used('after a deletion', 'svc', { services: '2', 'services.nodeports': '0' }),
  merge('update to NodePort fits', 'services/a', { spec: { type: 'NodePort' } }),
  used('after an update', 'svc', { 'services.nodeports': '1' }),
  merge('update back', 'services/a', { spec: { type: 'ClusterIP' } }),
  used('after less', 'svc', { 'services.nodeports': '0' }),
  service('third', 'b', {}),
  service('fourth', 'c', { clusterIP: 'None' }),
  service('fifth', 'd', {}),
  merge('more allowed', 'resourcequotas/svc', { spec: { hard: { services: '5' } } }),
  core(
    'more allowed, counted',
    'GET',
    'resourcequotas/svc',
    undefined,
    (_, b) => (b as Shown).status?.hard?.['services'] === '5',
  ),
  service('fifth fits', 'd', { type: 'ExternalName', externalName: 'a.example' }),
  merge('less allowed', 'resourcequotas/svc', { spec: { hard: { services: '1' } } }),
  core(
    'less allowed, counted',
    'GET',
    'resourcequotas/svc',
    undefined,
    (_, b) => (b as Shown).status?.hard?.['services'] === '1',
  ),
  service('over before', 'e', {}),
  merge('an update of what is over', 'services/d', { metadata: { labels: { a: 'b' } } }),
  drop('svc'),

  // Counts of anything
  ...quota('counts', {
    configmaps: '2', // One is kube-root-ca.crt.
    'count/secrets': '1',
    'count/deployments.apps': '1',
    'count/endpointslices.discovery.k8s.io': '0',
    'count/roles.rbac.authorization.k8s.io': '0',
  }),
  core('configmap', 'POST', 'configmaps', { metadata: { name: 'a' } }),
  core('configmap exceeded', 'POST', 'configmaps', { metadata: { name: 'b' } }),
  core('secret', 'POST', 'secrets', { metadata: { name: 'a' } }),
  core('secret exceeded', 'POST', 'secrets', { metadata: { name: 'b' } }),
  core('secret generated', 'POST', 'secrets', { metadata: { generateName: 'b-', name: 'given' } }),
  {
    id: 'slice exceeded',
    method: 'POST',
    path: '/apis/discovery.k8s.io/v1/namespaces/q/endpointslices',
    body: { metadata: { name: 's' }, addressType: 'IPv4', endpoints: [] },
  },
  {
    id: 'role exceeded',
    method: 'POST',
    path: '/apis/rbac.authorization.k8s.io/v1/namespaces/q/roles',
    body: { metadata: { name: 'r' }, rules: [] },
  },
  remove('secrets', 'a'),
  used('after the secret', 'counts', { 'count/secrets': '0' }),
  drop('counts'),

  // Pods
  ...quota('compute', {
    pods: '3',
    'requests.cpu': '1',
    'requests.memory': '1Gi',
    'limits.cpu': '2',
    'limits.memory': '2Gi',
  }),
  pod('must specify', 'silent', [container('c')]),
  pod('must specify several', 'silent', [container('z'), container('a', { cpu: '1' })], {
    initContainers: [container('i')],
  }),
  pod('fits', 'p1', [container('c', { cpu: '300m', memory: '256Mi' }, { cpu: '500m', memory: '512Mi' })]),
  used('after p1', 'compute', { 'requests.cpu': '300m' }),
  pod('cpu exceeded', 'p2', [container('c', { cpu: '0.8', memory: '256Mi' }, { cpu: '1', memory: '512Mi' })]),
  pod('all exceeded', 'p2', [container('c', { cpu: '2', memory: '2Gi' }, { cpu: '3', memory: '3G' })]),
  pod('init container counts once', 'p3', [container('c', small, small)], {
    initContainers: [container('i', { cpu: '200m', memory: '32Mi' }, { cpu: '200m', memory: '128Mi' })],
  }),
  used('after p3', 'compute', { 'requests.cpu': '500m' }),
  pod('sidecar adds', 'p4', [container('c', small, small)], {
    initContainers: [container('i', small, small, { restartPolicy: 'Always' })],
  }),
  used('after p4', 'compute', { pods: '3' }),
  pod('pods exceeded', 'p5', [container('c', small, small)]),
  merge('p1 has ended', 'pods/p1/status', { status: { phase: 'Succeeded' } }),
  used('after the end of p1', 'compute', { pods: '2' }),
  remove('pods', 'p3'),
  used('after p3 went', 'compute', { pods: '1', 'requests.cpu': '200m' }),
  pod('pod level', 'p6', [container('c')], {
    resources: { requests: { cpu: '600m', memory: '100Mi' }, limits: { cpu: '1', memory: '100Mi' } },
  }),
  used('after p6', 'compute', { 'requests.cpu': '800m' }),
  remove('pods', 'p6'),
  remove('pods', 'p4'),
  remove('pods', 'p1'),
  used('after all', 'compute', { pods: '0', 'requests.cpu': '0' }),
  drop('compute'),

  // Scopes
  ...quota('best', { pods: '0' }, { scopes: ['BestEffort'] }),
  pod('best effort', 's1', [container('c')]),
  pod('not best effort', 's2', [container('c', small)]),
  drop('best'),
  ...quota('ending', { pods: '0' }, { scopes: ['Terminating'] }),
  pod('with a deadline', 's3', [container('c')], { activeDeadlineSeconds: 5 }),
  pod('without a deadline', 's4', [container('c')]),
  merge('deadline later', 'pods/s4', { spec: { activeDeadlineSeconds: 5 } }),
  drop('ending'),
  ...quota(
    'high',
    { pods: '0' },
    {
      scopeSelector: {
        matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['system-node-critical'] }],
      },
    },
  ),
  pod('of that class', 's5', [container('c')], { priorityClassName: 'system-node-critical' }),
  pod('of no class', 's6', [container('c')]),
  drop('high'),
  ...quota('far', { pods: '0' }, { scopes: ['CrossNamespacePodAffinity'] }),
  pod('looks elsewhere', 's7', [container('c')], {
    affinity: {
      podAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'a', namespaces: ['b'], labelSelector: {} }],
      },
    },
  }),
  drop('far'),
  ...['s2', 's4', 's6'].map((name) => remove('pods', name)),

  // Claims
  ...quota('disks', {
    persistentvolumeclaims: '2',
    'requests.storage': '10Gi',
    'gold.storageclass.storage.k8s.io/requests.storage': '5Gi',
  }),
  core('claim', 'POST', 'persistentvolumeclaims', claim('a', '6Gi')),
  core('claim exceeded', 'POST', 'persistentvolumeclaims', claim('b', '5Gi')),
  core('claim of a class', 'POST', 'persistentvolumeclaims', claim('b', '6Gi', 'gold')),
  core('claim of a class that fits', 'POST', 'persistentvolumeclaims', claim('c', '1Gi', 'gold')),
  core('claims exceeded', 'POST', 'persistentvolumeclaims', claim('d', '1Gi')),
  used('after claims', 'disks', { persistentvolumeclaims: '2', 'requests.storage': '7Gi' }),
  drop('disks'),

  // Two quotas
  ...quota('one', { pods: '5' }),
  ...quota('two', { pods: '0' }),
  pod('the second refuses', 't1', [container('c')]),
  drop('two'),
  pod('the first charges', 't1', [container('c')]),
  used('after t1', 'one', { pods: '1' }),
  remove('pods', 't1'),
  drop('one'),

  // Limit ranges
  ...range('defaults', {
    type: 'Container',
    default: { cpu: '500m', memory: '128Mi' },
    defaultRequest: { cpu: '250m' },
  }),
  pod('filled in', 'l1', [container('c'), container('d', { cpu: '100m' })], {
    initContainers: [container('i', undefined, { cpu: '1' })],
  }),
  dropRange('defaults'),
  ...range('bounds', { type: 'Container', min: { cpu: '100m' }, max: { cpu: '1' } }),
  pod('too small', 'l2', [container('c', { cpu: '50m' }, { cpu: '1' })]),
  pod('limit too large', 'l2', [container('c', { cpu: '100m' }, { cpu: '2' })]),
  pod('defaults of bounds', 'l2', [container('c')]),
  dropRange('bounds'),
  ...range('min', { type: 'Container', min: { memory: '64Mi' } }),
  pod('defaults of min', 'l3', [container('c')]),
  pod('below min', 'l4', [container('c', { memory: '1Mi' })]),
  dropRange('min'),
  ...range('max', { type: 'Container', max: { memory: '1G' } }),
  pod('no limit', 'l5', [container('c', { memory: '2Gi' })]),
  dropRange('max'),
  ...range('ratio', { type: 'Container', maxLimitRequestRatio: { cpu: '2' } }),
  pod('no request', 'l6', [container('c')]),
  pod('ratio too large', 'l6', [container('c', { cpu: '300m' }, { cpu: '1' })]),
  pod('ratio fits', 'l6', [container('c', { cpu: '500m' }, { cpu: '1' })]),
  dropRange('ratio'),
  ...range('pods', { type: 'Pod', min: { cpu: '1' }, max: { cpu: '2' }, maxLimitRequestRatio: { cpu: '1500m' } }),
  pod('pod without', 'l7', [container('c')]),
  pod('pod sums up', 'l7', [
    container('c', { cpu: '1' }, { cpu: '1' }),
    container('d', { cpu: '1' }, { cpu: '1500m' }),
  ]),
  pod('pod fits', 'l7', [container('c', { cpu: '1' }, { cpu: '1' })]),
  dropRange('pods'),
  ...range('disks', { type: 'PersistentVolumeClaim', min: { storage: '2Gi' }, max: { storage: '4Gi' } }),
  core('claim too small', 'POST', 'persistentvolumeclaims', claim('e', '1Gi')),
  core('claim too large', 'POST', 'persistentvolumeclaims', claim('e', '5Gi')),
  core('claim fits', 'POST', 'persistentvolumeclaims', claim('e', '3Gi')),
  dropRange('disks'),

  // What is no quota and no limit
  wrongLimit('ratio beyond the bounds', {
    min: { cpu: '1' },
    max: { cpu: '2' },
    maxLimitRequestRatio: { cpu: '2500m' },
  }),
  wrongLimit('ratio below one', { maxLimitRequestRatio: { cpu: '500m' } }),
  wrongLimit('no overcommitment', { default: { 'hugepages-2Mi': '4Mi' }, defaultRequest: { 'hugepages-2Mi': '2Mi' } }),
  wrongScope('no values', { pods: '1' }, [{ scopeName: 'PriorityClass', operator: 'In' }]),
  wrongScope('values', { pods: '1' }, [{ scopeName: 'PriorityClass', operator: 'Exists', values: ['a'] }]),
  wrongScope('operator', { pods: '1' }, [{ scopeName: 'PriorityClass', operator: 'Like' }]),
  wrongScope('only Exists', { pods: '1' }, [{ scopeName: 'Terminating', operator: 'In', values: ['a'] }]),
  wrongScope('unknown', { pods: '1' }, [{ scopeName: 'Blue', operator: 'Exists' }]),
  wrongScope('not of this resource', { services: '1' }, [{ scopeName: 'NotBestEffort', operator: 'Exists' }]),
  wrongScope('conflict', { pods: '1' }, [
    { scopeName: 'BestEffort', operator: 'Exists' },
    { scopeName: 'NotBestEffort', operator: 'Exists' },
  ]),
];

function wrongLimit(id: string, item: object): Step {
  const limits = [{ type: 'Container', ...item }];
  return core(`limit refused: ${id}`, 'POST', 'limitranges', { metadata: { name: 'bad' }, spec: { limits } });
}

function wrongScope(id: string, hard: Texts, matchExpressions: object[]): Step {
  const spec = { hard, scopeSelector: { matchExpressions } };
  return core(`scope refused: ${id}`, 'POST', 'resourcequotas', { metadata: { name: 'bad' }, spec });
}

function claim(name: string, storage: string, storageClassName?: string): object {
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } };
  return { metadata: { name }, spec: storageClassName === undefined ? spec : { ...spec, storageClassName } };
}

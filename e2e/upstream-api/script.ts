/** The request script: verbs × kinds × options × malformed bodies, in order, as data. Both servers get the same. */

export interface Step {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  /** Sent as it is when a string, as JSON otherwise. */
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  readonly user?: 'nobody';
  /** For watches: read until this many events, or until the stream ends. */
  readonly events?: number;
  /** Sent again until the answer is as it should be, for what a server does in its own time. */
  readonly until?: (code: number, body: unknown) => boolean;
  /** What a real server needs to notice a change of a definition; ours needs none. */
  readonly pauseMs?: number;
}

const namespace = 'script';

interface Kind {
  readonly path: string;
  readonly kind: string;
  readonly apiVersion: string;
  readonly namespaced: boolean;
  /** A small valid object without metadata. */
  readonly body: object;
  /** A merge patch that changes it. */
  readonly change: object;
}

const template = {
  metadata: { labels: { app: 'a' } },
  spec: { containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 80 }] }] },
};
const selector = { matchLabels: { app: 'a' } };
const apps = (kind: string, extra: object = {}): Kind => ({
  path: `/apis/apps/v1/namespaces/${namespace}/${kind.toLowerCase()}s`,
  kind,
  apiVersion: 'apps/v1',
  namespaced: true,
  body: { spec: { selector, template, ...extra } },
  change: { spec: { template: { spec: { containers: [{ name: 'c', image: 'j' }] } } } },
});
const core = (kind: string, resource: string, body: object, change: object): Kind => ({
  path: `/api/v1/namespaces/${namespace}/${resource}`,
  kind,
  apiVersion: 'v1',
  namespaced: true,
  body,
  change,
});
const grouped = (
  group: string,
  kind: string,
  resource: string,
  body: object,
  change: object,
  version = 'v1',
): Kind => ({
  path: `/apis/${group}/${version}/namespaces/${namespace}/${resource}`,
  kind,
  apiVersion: `${group}/${version}`,
  namespaced: true,
  body,
  change,
});
const cluster = (apiVersion: string, kind: string, resource: string, body: object, change: object): Kind => ({
  path: apiVersion === 'v1' ? `/api/v1/${resource}` : `/apis/${apiVersion}/${resource}`,
  kind,
  apiVersion,
  namespaced: false,
  body,
  change,
});

const label = { metadata: { labels: { changed: 'yes' } } };

export const kinds: readonly Kind[] = [
  core('ConfigMap', 'configmaps', { data: { a: 'b' } }, { data: { a: 'c' } }),
  core('Secret', 'secrets', { data: { a: 'Yg==' } }, { stringData: { a: 'c' } }),
  core('ServiceAccount', 'serviceaccounts', {}, label),
  core('Service', 'services', { spec: { clusterIP: 'None', selector: { app: 'a' }, ports: [{ port: 80 }] } }, label),
  core('Endpoints', 'endpoints', { subsets: [{ addresses: [{ ip: '1.2.3.4' }], ports: [{ port: 80 }] }] }, label),
  core('Pod', 'pods', template, label),
  core('PodTemplate', 'podtemplates', { template }, label),
  core('ReplicationController', 'replicationcontrollers', { spec: { template } }, { spec: { replicas: 3 } }),
  core(
    'ResourceQuota',
    'resourcequotas',
    { spec: { hard: { services: '1000' } } },
    { spec: { hard: { services: '2k' } } },
  ),
  core('LimitRange', 'limitranges', { spec: { limits: [{ type: 'Pod', max: { cpu: '100' } }] } }, label),
  core(
    'Event',
    'events',
    { involvedObject: { namespace, name: 'x' }, reason: 'R', message: 'm', type: 'Normal' },
    { count: 2 },
  ),
  core(
    'PersistentVolumeClaim',
    'persistentvolumeclaims',
    { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
    label,
  ),
  grouped(
    'discovery.k8s.io',
    'EndpointSlice',
    'endpointslices',
    { addressType: 'IPv4', endpoints: [{ addresses: ['1.2.3.4'] }], ports: [{ port: 80 }] },
    label,
  ),
  grouped(
    'coordination.k8s.io',
    'Lease',
    'leases',
    { spec: { holderIdentity: 'h', leaseDurationSeconds: 15 } },
    { spec: { holderIdentity: 'i' } },
  ),
  apps('Deployment'),
  apps('ReplicaSet'),
  apps('StatefulSet', { serviceName: 's' }),
  apps('DaemonSet'),
  grouped(
    'batch',
    'Job',
    'jobs',
    { spec: { template: { spec: { ...template.spec, restartPolicy: 'Never' } } } },
    { spec: { parallelism: 2 } },
  ),
  grouped(
    'batch',
    'CronJob',
    'cronjobs',
    {
      spec: {
        schedule: '* * * * *',
        jobTemplate: { spec: { template: { spec: { ...template.spec, restartPolicy: 'Never' } } } },
      },
    },
    { spec: { suspend: true } },
  ),
  grouped(
    'networking.k8s.io',
    'Ingress',
    'ingresses',
    {
      spec: {
        rules: [
          {
            host: 'a.example.com',
            http: {
              paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 's', port: { number: 80 } } } }],
            },
          },
        ],
      },
    },
    label,
  ),
  grouped(
    'networking.k8s.io',
    'NetworkPolicy',
    'networkpolicies',
    { spec: { podSelector: {} } },
    { spec: { policyTypes: ['Ingress', 'Egress'] } },
  ),
  grouped(
    'policy',
    'PodDisruptionBudget',
    'poddisruptionbudgets',
    { spec: { minAvailable: 1, selector } },
    { spec: { minAvailable: '50%' } },
  ),
  grouped(
    'autoscaling',
    'HorizontalPodAutoscaler',
    'horizontalpodautoscalers',
    { spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' } } },
    { spec: { maxReplicas: 4 } },
    'v2',
  ),
  grouped(
    'autoscaling',
    'HorizontalPodAutoscaler',
    'horizontalpodautoscalers',
    { spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' } } },
    { spec: { targetCPUUtilizationPercentage: 60 } },
  ),
  grouped(
    'rbac.authorization.k8s.io',
    'Role',
    'roles',
    { rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }] },
    label,
  ),
  grouped(
    'rbac.authorization.k8s.io',
    'RoleBinding',
    'rolebindings',
    {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
      subjects: [{ kind: 'User', name: 'u' }],
    },
    label,
  ),
  grouped(
    'events.k8s.io',
    'Event',
    'events',
    {
      regarding: { namespace, name: 'x' },
      reason: 'R',
      action: 'A',
      note: 'n',
      type: 'Normal',
      reportingController: 'c',
      reportingInstance: 'i',
      eventTime: '2026-01-02T03:04:05.000006Z',
    },
    label,
  ),
  cluster(
    'v1',
    'Node',
    'nodes',
    { spec: { podCIDR: '10.1.0.0/24', podCIDRs: ['10.1.0.0/24'] } },
    { spec: { unschedulable: true } },
  ),
  cluster('v1', 'Namespace', 'namespaces', {}, label),
  cluster(
    'v1',
    'PersistentVolume',
    'persistentvolumes',
    { spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/x' } } },
    label,
  ),
  cluster('networking.k8s.io/v1', 'ServiceCIDR', 'servicecidrs', { spec: { cidrs: ['10.200.0.0/24'] } }, label),
  cluster('networking.k8s.io/v1', 'IngressClass', 'ingressclasses', { spec: { controller: 'example.com/c' } }, label),
  cluster(
    'rbac.authorization.k8s.io/v1',
    'ClusterRole',
    'clusterroles',
    { rules: [{ verbs: ['get'], nonResourceURLs: ['/x'] }] },
    label,
  ),
  cluster(
    'rbac.authorization.k8s.io/v1',
    'ClusterRoleBinding',
    'clusterrolebindings',
    {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'r' },
      subjects: [{ kind: 'Group', name: 'g' }],
    },
    label,
  ),
  cluster('storage.k8s.io/v1', 'StorageClass', 'storageclasses', { provisioner: 'example.com/p' }, label),
  cluster('scheduling.k8s.io/v1', 'PriorityClass', 'priorityclasses', { value: 5 }, { description: 'd' }),
];

const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';
const partial = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io';
const partialList = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';
const mergePatch = 'application/merge-patch+json';
const strategicPatch = 'application/strategic-merge-patch+json';
const jsonPatch = 'application/json-patch+json';
const applyPatch = 'application/apply-patch+yaml';

/** The life of one object of a kind, with the refusals that lie on its way. */
function lifeOf(kind: Kind): Step[] {
  const id = `${kind.apiVersion}/${kind.kind}`;
  const name = `${kind.kind.toLowerCase()}-a`;
  const one = `${kind.path}/${name}`;
  const object = {
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    ...kind.body,
    metadata: { name, labels: { app: 'a' } },
  };
  const step = (
    what: string,
    method: string,
    path: string,
    more: Omit<Partial<Step>, 'id' | 'method' | 'path'> = {},
  ): Step => ({
    id: `${id} ${what}`,
    method,
    path,
    ...more,
  });
  return [
    step('create dry run', 'POST', `${kind.path}?dryRun=All`, { body: object }),
    step('create', 'POST', `${kind.path}?fieldManager=script`, { body: object }),
    step('create again', 'POST', kind.path, { body: object }),
    step('create strict with an unknown field', 'POST', `${kind.path}?fieldValidation=Strict`, {
      body: { ...object, metadata: { name: 'x' }, unknownField: 1 },
    }),
    step('create with an unknown field', 'POST', `${kind.path}?dryRun=All`, {
      body: { ...object, metadata: { name: `${name}-u` }, unknownField: 1 },
    }),
    step('create without a name', 'POST', kind.path, { body: { ...object, metadata: {} } }),
    step('create with a bad name', 'POST', kind.path, { body: { ...object, metadata: { name: 'Bad_Name' } } }),
    step('create with a bad label', 'POST', kind.path, {
      body: { ...object, metadata: { name: 'x', labels: { 'a b': 'c' } } },
    }),
    step('create with a version', 'POST', kind.path, {
      body: { ...object, metadata: { name: 'x', resourceVersion: '5' } },
    }),
    step('create of another kind', 'POST', kind.path, { body: { ...object, kind: 'Other' } }),
    step('create of another version', 'POST', kind.path, { body: { ...object, apiVersion: 'example.com/v7' } }),
    step('create without a body', 'POST', kind.path, { body: '' }),
    step('create from broken JSON', 'POST', kind.path, { body: '{"metadata":' }),
    step('create from a list', 'POST', kind.path, { body: [] }),
    step('create with metadata of a wrong type', 'POST', kind.path, { body: { ...object, metadata: 'x' } }),
    step('get', 'GET', one),
    step('get as table', 'GET', one, { accept: table }),
    step('get as metadata', 'GET', one, { accept: partial }),
    step('get what is not there', 'GET', `${kind.path}/not-there`),
    step('get as nobody', 'GET', one, { user: 'nobody' }),
    step('list by label', 'GET', `${kind.path}?labelSelector=app%3Da`),
    step('list as table', 'GET', `${kind.path}?labelSelector=app%3Da`, { accept: table }),
    step('list as metadata', 'GET', `${kind.path}?labelSelector=app%3Da`, { accept: partialList }),
    step('list by name', 'GET', `${kind.path}?fieldSelector=metadata.name%3D${name}`),
    step('list by an unknown field', 'GET', `${kind.path}?fieldSelector=spec.nonsense%3D1`),
    step('watch by name', 'GET', `${kind.path}?watch=true&timeoutSeconds=1&fieldSelector=metadata.name%3D${name}`, {
      events: 1,
    }),
    step('merge patch', 'PATCH', `${one}?fieldManager=script`, { body: kind.change, contentType: mergePatch }),
    step('merge patch that changes nothing', 'PATCH', `${one}?fieldManager=script`, {
      body: kind.change,
      contentType: mergePatch,
    }),
    step('strategic patch', 'PATCH', one, {
      body: { metadata: { annotations: { note: 'n' } } },
      contentType: strategicPatch,
    }),
    step('JSON patch', 'PATCH', one, {
      body: [{ op: 'add', path: '/metadata/annotations/more', value: 'm' }],
      contentType: jsonPatch,
    }),
    step('JSON patch that fails its test', 'PATCH', one, {
      body: [{ op: 'test', path: '/metadata/name', value: 'other' }],
      contentType: jsonPatch,
    }),
    step('patch of an unknown type', 'PATCH', one, { body: {}, contentType: 'application/json' }),
    step('patch to what is not there', 'PATCH', `${kind.path}/not-there`, { body: {}, contentType: mergePatch }),
    step('patch with a stale version', 'PATCH', one, {
      body: { metadata: { resourceVersion: '1' } },
      contentType: mergePatch,
    }),
    step('apply', 'PATCH', `${one}?fieldManager=applier`, {
      body: { apiVersion: kind.apiVersion, kind: kind.kind, metadata: { name, labels: { applied: 'yes' } } },
      contentType: applyPatch,
    }),
    step('apply without a manager', 'PATCH', one, {
      body: { apiVersion: kind.apiVersion, kind: kind.kind, metadata: { name } },
      contentType: applyPatch,
    }),
    step('apply in conflict', 'PATCH', `${one}?fieldManager=other`, {
      body: { apiVersion: kind.apiVersion, kind: kind.kind, metadata: { name, labels: { applied: 'no' } } },
      contentType: applyPatch,
    }),
    step('put under another name', 'PUT', `${kind.path}/other-name`, { body: object }),
    step('put without a name', 'PUT', one, { body: { ...object, metadata: {} } }),
    step('put of a foreign uid', 'PUT', one, { body: { ...object, metadata: { name, uid: 'foreign' } } }),
    step('delete of a foreign uid', 'DELETE', one, { body: { preconditions: { uid: 'foreign' } } }),
    step('delete with an unknown policy', 'DELETE', one, { body: { propagationPolicy: 'Sideways' } }),
    step('delete dry run', 'DELETE', `${one}?dryRun=All`),
    step('delete', 'DELETE', one, { body: { propagationPolicy: 'Background', gracePeriodSeconds: 0 } }),
    step('get after delete', 'GET', one),
    step('delete again', 'DELETE', one),
    step('method that does not exist', 'POST', one, { body: object }),
  ];
}

/** Requests that are not about one kind. */
const general: readonly Step[] = [
  { id: 'version', method: 'GET', path: '/version' },
  { id: 'livez', method: 'GET', path: '/livez' },
  { id: 'api', method: 'GET', path: '/api' },
  { id: 'unknown group', method: 'GET', path: '/apis/none.example.com/v1/things' },
  { id: 'unknown resource', method: 'GET', path: '/api/v1/things' },
  { id: 'unknown version', method: 'GET', path: '/apis/apps/v7/deployments' },
  { id: 'unknown path', method: 'GET', path: '/nowhere' },
  { id: 'unknown subresource', method: 'GET', path: '/api/v1/namespaces/default/services/kubernetes/none' },
  { id: 'path with dots', method: 'GET', path: '/api/v1/namespaces/default/services/%2e%2e' },
  { id: 'accept nothing we have', method: 'GET', path: '/api/v1/namespaces/default', accept: 'text/csv' },
  {
    id: 'accept a transformation we lack',
    method: 'GET',
    path: '/api/v1/namespaces/default',
    accept: 'application/json;as=Nothing;g=meta.k8s.io;v=v1',
  },
  { id: 'list of a missing namespace', method: 'GET', path: '/api/v1/namespaces/missing/configmaps' },
  {
    id: 'create in a missing namespace',
    method: 'POST',
    path: '/api/v1/namespaces/missing/configmaps',
    body: { metadata: { name: 'a' } },
  },
  {
    id: 'create in a mismatched namespace',
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/configmaps`,
    body: { metadata: { name: 'a', namespace: 'other' } },
  },
  { id: 'delete of the default namespace', method: 'DELETE', path: '/api/v1/namespaces/default' },
  { id: 'delete of all namespaces', method: 'DELETE', path: '/api/v1/namespaces' },
  ...[
    'limit=abc',
    'resourceVersion=abc',
    'resourceVersion=-1',
    'continue=abc',
    'labelSelector=a%3D%3D%3Db',
    'labelSelector=a+b',
    'fieldSelector=a',
    'resourceVersionMatch=Exact',
    'resourceVersionMatch=Exact&resourceVersion=0',
    'resourceVersionMatch=Other&resourceVersion=1',
    'sendInitialEvents=true',
    'watch=true&sendInitialEvents=true',
    'watch=true&resourceVersionMatch=NotOlderThan',
    'watch=true&resourceVersion=abc',
    'resourceVersion=1&continue=abc',
    'timeout=abc',
  ].map((query): Step => ({
    id: `list with ${query}`,
    method: 'GET',
    path: `/api/v1/namespaces/${namespace}/configmaps?${query}`,
  })),
  ...['dryRun=Some', 'fieldValidation=Loose', 'force=true', `fieldManager=${'m'.repeat(200)}`].map((query): Step => ({
    id: `patch with ${query.slice(0, 24)}`,
    method: 'PATCH',
    path: `/api/v1/namespaces/${namespace}?${query}`,
    body: {},
    contentType: mergePatch,
  })),
  { id: 'create as text', method: 'POST', path: '/api/v1/namespaces', body: 'x', contentType: 'text/plain' },
  { id: 'self review', method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', body: {} },
  {
    id: 'may nobody',
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
    body: { spec: { user: 'nobody', resourceAttributes: { verb: 'get', resource: 'pods', namespace: 'default' } } },
  },
  {
    id: 'may I',
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: { spec: { resourceAttributes: { verb: 'get', resource: 'pods' } } },
  },
  {
    id: 'may nobody review',
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: { spec: { nonResourceAttributes: { verb: 'get', path: '/version' } } },
    user: 'nobody',
  },
];

const autoscalers = (version: string): string =>
  `/apis/autoscaling/${version}/namespaces/${namespace}/horizontalpodautoscalers`;
const maps = `/api/v1/namespaces/${namespace}/configmaps`;

/** What is written as one version and read as another, and what nobody serves. */
const crossings: readonly Step[] = [
  {
    id: 'autoscaler of many metrics as v2',
    method: 'POST',
    path: autoscalers('v2'),
    body: {
      metadata: { name: 'many', annotations: { own: 'a', 'autoscaling.alpha.kubernetes.io/metrics': 'junk' } },
      spec: {
        maxReplicas: 9,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' },
        behavior: { scaleDown: { stabilizationWindowSeconds: 60 } },
        metrics: [
          { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } } },
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
          {
            type: 'Pods',
            pods: { metric: { name: 'hits' }, target: { type: 'AverageValue', averageValue: '10' } },
          },
          {
            type: 'Object',
            object: {
              describedObject: { apiVersion: 'v1', kind: 'Service', name: 's' },
              metric: { name: 'depth', selector: { matchLabels: { a: 'b' } } },
              target: { type: 'Value', value: '5k' },
            },
          },
          {
            type: 'External',
            external: { metric: { name: 'queue' }, target: { type: 'AverageValue', averageValue: '30' } },
          },
          {
            type: 'ContainerResource',
            containerResource: {
              name: 'cpu',
              container: 'c',
              target: { type: 'Utilization', averageUtilization: 50 },
            },
          },
        ],
      },
    },
  },
  { id: 'autoscaler of many metrics, read as v1', method: 'GET', path: `${autoscalers('v1')}/many` },
  { id: 'autoscaler of many metrics, listed as v1', method: 'GET', path: autoscalers('v1') },
  {
    id: 'autoscaler of many metrics, table as v1',
    method: 'GET',
    path: `${autoscalers('v1')}/many`,
    accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
  },
  {
    id: 'status of an autoscaler as v2',
    method: 'PATCH',
    path: `${autoscalers('v2')}/many/status`,
    contentType: 'application/merge-patch+json',
    body: {
      status: {
        currentReplicas: 2,
        desiredReplicas: 3,
        currentMetrics: [
          { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 35, averageValue: '35m' } } },
          { type: 'Pods', pods: { metric: { name: 'hits' }, current: { averageValue: '7' } } },
        ],
        conditions: [{ type: 'AbleToScale', status: 'True', reason: 'R', lastTransitionTime: '2026-01-02T03:04:05Z' }],
      },
    },
  },
  { id: 'status of an autoscaler as v1', method: 'GET', path: `${autoscalers('v1')}/many` },
  {
    id: 'autoscaler of many metrics, patched as v1',
    method: 'PATCH',
    path: `${autoscalers('v1')}/many`,
    contentType: 'application/merge-patch+json',
    body: { spec: { targetCPUUtilizationPercentage: 33 }, metadata: { annotations: { own: 'b' } } },
  },
  { id: 'autoscaler of many metrics, patched as v1, read as v2', method: 'GET', path: `${autoscalers('v2')}/many` },
  {
    id: 'watch of autoscalers as v1',
    method: 'GET',
    path: `${autoscalers('v1')}?watch=true&timeoutSeconds=1`,
    events: 1,
  },
  {
    id: 'apply of an autoscaler as v1',
    method: 'PATCH',
    path: `${autoscalers('v1')}/many?fieldManager=hand&force=true`,
    contentType: 'application/apply-patch+yaml',
    body: {
      apiVersion: 'autoscaling/v1',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'many' },
      spec: { maxReplicas: 5, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' } },
    },
  },
  { id: 'delete of an autoscaler as v1', method: 'DELETE', path: `${autoscalers('v1')}/many` },
  ...[
    '/apis/apps/v1/things',
    '/apis/apps/v1/namespaces/default/things/a',
    '/apis/apps/v1beta1/deployments',
    '/apis/autoscaling/v7/horizontalpodautoscalers',
    '/apis/apps/v1/namespaces/default/deployments/a/things',
    '/api/v2/pods',
    '/apis/example.com',
    '/apis/example.com/v1',
    '/apis/apps/v7',
  ].flatMap((path): Step[] => [
    { id: `GET of ${path}`, method: 'GET', path },
    { id: `POST to ${path}`, method: 'POST', path, body: { metadata: { name: 'x' } } },
    {
      id: `PATCH of ${path}`,
      method: 'PATCH',
      path,
      contentType: 'application/merge-patch+json',
      body: { metadata: { labels: { a: 'b' } } },
    },
  ]),
  {
    id: 'managed map',
    method: 'POST',
    path: `${maps}?fieldManager=one`,
    body: { metadata: { name: 'managed' }, data: { a: 'b' } },
  },
  {
    id: 'managed map put with no managers',
    method: 'PUT',
    path: `${maps}/managed?fieldManager=two`,
    body: { metadata: { name: 'managed', managedFields: [] }, data: { a: 'c' } },
  },
  {
    id: 'managed map patched to no managers',
    method: 'PATCH',
    path: `${maps}/managed?fieldManager=three`,
    contentType: 'application/merge-patch+json',
    body: { metadata: { managedFields: [] } },
  },
  {
    id: 'managed map patched to one empty manager',
    method: 'PATCH',
    path: `${maps}/managed?fieldManager=four`,
    contentType: 'application/merge-patch+json',
    body: { metadata: { managedFields: [{}] } },
  },
  {
    id: 'managed map put with one empty manager and a change',
    method: 'PUT',
    path: `${maps}/managed?fieldManager=five`,
    body: { metadata: { name: 'managed', managedFields: [{}] }, data: { a: 'd' } },
  },
  {
    id: 'managed map JSON-patched to no managers',
    method: 'PATCH',
    path: `${maps}/managed?fieldManager=six`,
    contentType: 'application/json-patch+json',
    body: [{ op: 'replace', path: '/metadata/managedFields', value: [] }],
  },
  {
    id: 'token request',
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/default/token`,
    body: { spec: { expirationSeconds: 4000 } },
  },
];

export const script: readonly Step[] = [
  {
    id: 'namespace of the script',
    method: 'POST',
    path: '/api/v1/namespaces',
    body: { metadata: { name: namespace } },
  },
  {
    id: 'default service account',
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/serviceaccounts`,
    body: { metadata: { name: 'default' } },
  },
  ...general,
  ...kinds.flatMap(lifeOf),
  ...crossings,
];

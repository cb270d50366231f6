/** Where a kind lives on the wire: what a client needs to build a path and to read an answer. */
export interface ResourceType {
  readonly group: string;
  readonly version: string;
  /** Plural, lower case: the path segment. */
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

function core(resource: string, kind: string, namespaced = true): ResourceType {
  return { group: '', version: 'v1', resource, kind, namespaced };
}

export const namespaces = core('namespaces', 'Namespace', false);
export const nodes = core('nodes', 'Node', false);
export const pods = core('pods', 'Pod');
export const services = core('services', 'Service');
export const endpoints = core('endpoints', 'Endpoints');
export const events = core('events', 'Event');
export const configMaps = core('configmaps', 'ConfigMap');
export const secrets = core('secrets', 'Secret');
export const serviceAccounts = core('serviceaccounts', 'ServiceAccount');

function apps(resource: string, kind: string): ResourceType {
  return { group: 'apps', version: 'v1', resource, kind, namespaced: true };
}

export const deployments = apps('deployments', 'Deployment');
export const replicaSets = apps('replicasets', 'ReplicaSet');
export const statefulSets = apps('statefulsets', 'StatefulSet');
export const daemonSets = apps('daemonsets', 'DaemonSet');
export const jobs: ResourceType = { group: 'batch', version: 'v1', resource: 'jobs', kind: 'Job', namespaced: true };

export const endpointSlices: ResourceType = {
  group: 'discovery.k8s.io',
  version: 'v1',
  resource: 'endpointslices',
  kind: 'EndpointSlice',
  namespaced: true,
};
export const leases: ResourceType = {
  group: 'coordination.k8s.io',
  version: 'v1',
  resource: 'leases',
  kind: 'Lease',
  namespaced: true,
};
export const serviceCIDRs: ResourceType = {
  group: 'networking.k8s.io',
  version: 'v1',
  resource: 'servicecidrs',
  kind: 'ServiceCIDR',
  namespaced: false,
};
export const ipAddresses: ResourceType = {
  group: 'networking.k8s.io',
  version: 'v1',
  resource: 'ipaddresses',
  kind: 'IPAddress',
  namespaced: false,
};

/** `v1` or `discovery.k8s.io/v1`. */
export function apiVersionOf(type: Pick<ResourceType, 'group' | 'version'>): string {
  return type.group === '' ? type.version : `${type.group}/${type.version}`;
}

/** `/api/v1/namespaces/default/services/web/status`; without a namespace: all of them. */
export function pathOf(type: ResourceType, namespace?: string, name?: string, subresource?: string): string {
  const root = type.group === '' ? `/api/${type.version}` : `/apis/${type.group}/${type.version}`;
  const scope = type.namespaced && namespace ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  const tail = (name === undefined ? '' : `/${encodeURIComponent(name)}`) + (subresource ? `/${subresource}` : '');
  return `${root}${scope}/${type.resource}${tail}`;
}

/** Kinds of the built-in groups that live in no namespace. For readers of manifests, which have no server to ask. */
export const clusterScopedKinds: ReadonlySet<string> = new Set([
  'APIService',
  'ClusterRole',
  'ClusterRoleBinding',
  'CSIDriver',
  'CSINode',
  'CustomResourceDefinition',
  'IngressClass',
  'IPAddress',
  'MutatingWebhookConfiguration',
  'Namespace',
  'Node',
  'PersistentVolume',
  'PriorityClass',
  'RuntimeClass',
  'ServiceCIDR',
  'StorageClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
  'VolumeAttachment',
]);

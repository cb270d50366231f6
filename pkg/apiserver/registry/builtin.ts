/**
 * The built-in resources, a row each. What a row leaves out is the common case: namespaced, every verb, no subresource,
 * stored under its plural. What a kind does with its objects is in pkg/defaulting and pkg/validation.
 */
import { schemaOf } from '../../api/schema/index.ts';
import type { Verb } from '../http/request-info.ts';
import { defaultAutoscalerV1, withoutTravelling } from './autoscaler-v1.ts';
import { fieldReaders } from './fields.ts';
import { allVerbs, type Resource, type ResourceVersion, type Subresource } from './resource.ts';
import { kindBehaviour } from './behaviour.ts';
import { columnsOf } from '../tables/index.ts';
import { versionConverters } from './versions.ts';

type SubresourceName =
  | 'attach'
  | 'binding'
  | 'ephemeralcontainers'
  | 'eviction'
  | 'exec'
  | 'finalize'
  | 'log'
  | 'portforward'
  | 'resize'
  | 'scale'
  | 'status'
  | 'token';

interface Row {
  readonly kind: string;
  readonly resource: string;
  readonly short?: readonly string[];
  readonly categories?: readonly string[];
  readonly cluster?: boolean;
  readonly prefix?: string;
  /** Subresources beside status: `status` is a word here like the others. */
  readonly sub?: readonly SubresourceName[];
  readonly putCreates?: boolean;
  readonly needsVersionOnPut?: boolean;
  readonly generation?: Resource['generation'];
  readonly answersObject?: boolean;
  readonly orphansByDefault?: boolean;
  readonly verbs?: readonly Verb[];
  readonly ttlSeconds?: number;
  /** Both groups of Event are one object, kept as the older. */
  readonly storedInGroup?: string;
}

const spec = 'spec' as const;
const status = ['status'] as const;
const all = ['all'] as const;

const tables: readonly {
  readonly group: string;
  readonly versions: readonly string[];
  readonly rows: readonly Row[];
}[] = [
  {
    group: '',
    versions: ['v1'],
    rows: [
      { kind: 'Binding', resource: 'bindings', verbs: ['create'] },
      { kind: 'ConfigMap', resource: 'configmaps', short: ['cm'] },
      { kind: 'Endpoints', resource: 'endpoints', short: ['ep'], prefix: 'services/endpoints', putCreates: true },
      { kind: 'Event', resource: 'events', short: ['ev'], putCreates: true, ttlSeconds: 3600 },
      { kind: 'LimitRange', resource: 'limitranges', short: ['limits'] },
      {
        kind: 'Namespace',
        resource: 'namespaces',
        short: ['ns'],
        cluster: true,
        sub: ['finalize', 'status'],
        verbs: allVerbs.filter((verb) => verb !== 'deletecollection'),
      },
      { kind: 'Node', resource: 'nodes', short: ['no'], cluster: true, prefix: 'minions', sub: status },
      {
        kind: 'PersistentVolumeClaim',
        resource: 'persistentvolumeclaims',
        short: ['pvc'],
        sub: status,
        answersObject: true,
      },
      {
        kind: 'PersistentVolume',
        resource: 'persistentvolumes',
        short: ['pv'],
        cluster: true,
        sub: status,
        answersObject: true,
      },
      {
        kind: 'Pod',
        resource: 'pods',
        short: ['po'],
        categories: all,
        sub: ['attach', 'binding', 'ephemeralcontainers', 'eviction', 'exec', 'log', 'portforward', 'resize', 'status'],
        generation: spec,
        answersObject: true,
      },
      { kind: 'PodTemplate', resource: 'podtemplates', generation: spec, answersObject: true },
      {
        kind: 'ReplicationController',
        resource: 'replicationcontrollers',
        short: ['rc'],
        categories: all,
        prefix: 'controllers',
        orphansByDefault: true,
        sub: ['scale', 'status'],
        generation: spec,
      },
      { kind: 'ResourceQuota', resource: 'resourcequotas', short: ['quota'], sub: status, answersObject: true },
      { kind: 'Secret', resource: 'secrets' },
      { kind: 'ServiceAccount', resource: 'serviceaccounts', short: ['sa'], sub: ['token'], answersObject: true },
      {
        kind: 'Service',
        resource: 'services',
        short: ['svc'],
        categories: all,
        prefix: 'services/specs',
        sub: status,
        putCreates: true,
        answersObject: true,
      },
    ],
  },
  {
    group: 'apps',
    versions: ['v1'],
    rows: [
      { kind: 'ControllerRevision', resource: 'controllerrevisions' },
      { kind: 'DaemonSet', resource: 'daemonsets', short: ['ds'], categories: all, sub: status, generation: spec },
      {
        kind: 'Deployment',
        resource: 'deployments',
        short: ['deploy'],
        categories: all,
        sub: ['scale', 'status'],
        generation: 'specOrAnnotations',
      },
      {
        kind: 'ReplicaSet',
        resource: 'replicasets',
        short: ['rs'],
        categories: all,
        sub: ['scale', 'status'],
        generation: spec,
      },
      {
        kind: 'StatefulSet',
        resource: 'statefulsets',
        short: ['sts'],
        categories: all,
        sub: ['scale', 'status'],
        generation: spec,
      },
    ],
  },
  {
    group: 'events.k8s.io',
    versions: ['v1'],
    rows: [
      {
        kind: 'Event',
        resource: 'events',
        short: ['ev'],
        prefix: 'events',
        storedInGroup: '',
        putCreates: true,
        ttlSeconds: 3600,
      },
    ],
  },
  {
    group: 'autoscaling',
    versions: ['v2', 'v1'],
    rows: [
      {
        kind: 'HorizontalPodAutoscaler',
        resource: 'horizontalpodautoscalers',
        short: ['hpa'],
        categories: all,
        sub: status,
      },
    ],
  },
  {
    group: 'batch',
    versions: ['v1'],
    rows: [
      { kind: 'CronJob', resource: 'cronjobs', short: ['cj'], categories: all, sub: status, generation: spec },
      { kind: 'Job', resource: 'jobs', categories: all, sub: status, generation: spec, orphansByDefault: true },
    ],
  },
  {
    group: 'networking.k8s.io',
    versions: ['v1'],
    rows: [
      { kind: 'IngressClass', resource: 'ingressclasses', cluster: true, generation: spec },
      { kind: 'Ingress', resource: 'ingresses', short: ['ing'], prefix: 'ingress', sub: status, generation: spec },
      { kind: 'IPAddress', resource: 'ipaddresses', short: ['ip'], cluster: true },
      { kind: 'NetworkPolicy', resource: 'networkpolicies', short: ['netpol'], generation: spec },
      { kind: 'ServiceCIDR', resource: 'servicecidrs', cluster: true, sub: status },
    ],
  },
  {
    group: 'policy',
    versions: ['v1'],
    rows: [
      {
        kind: 'PodDisruptionBudget',
        resource: 'poddisruptionbudgets',
        short: ['pdb'],
        sub: status,
        generation: spec,
        needsVersionOnPut: true,
      },
    ],
  },
  {
    group: 'rbac.authorization.k8s.io',
    versions: ['v1'],
    rows: [
      { kind: 'ClusterRoleBinding', resource: 'clusterrolebindings', cluster: true },
      { kind: 'ClusterRole', resource: 'clusterroles', cluster: true },
      { kind: 'RoleBinding', resource: 'rolebindings' },
      { kind: 'Role', resource: 'roles' },
    ],
  },
  {
    group: 'storage.k8s.io',
    versions: ['v1'],
    rows: [{ kind: 'StorageClass', resource: 'storageclasses', short: ['sc'], cluster: true, answersObject: true }],
  },
  {
    group: 'apiextensions.k8s.io',
    versions: ['v1'],
    rows: [
      {
        kind: 'CustomResourceDefinition',
        resource: 'customresourcedefinitions',
        short: ['crd', 'crds'],
        categories: ['api-extensions'],
        prefix: 'apiextensions.k8s.io/customresourcedefinitions',
        cluster: true,
        sub: status,
        generation: spec,
        needsVersionOnPut: true,
      },
    ],
  },
  {
    group: 'admissionregistration.k8s.io',
    versions: ['v1'],
    rows: [
      {
        kind: 'MutatingWebhookConfiguration',
        resource: 'mutatingwebhookconfigurations',
        categories: ['api-extensions'],
        cluster: true,
        needsVersionOnPut: true,
        generation: 'webhooks',
      },
      {
        kind: 'ValidatingAdmissionPolicy',
        resource: 'validatingadmissionpolicies',
        categories: ['api-extensions'],
        cluster: true,
        needsVersionOnPut: true,
        sub: status,
        generation: spec,
      },
      {
        kind: 'ValidatingAdmissionPolicyBinding',
        resource: 'validatingadmissionpolicybindings',
        categories: ['api-extensions'],
        cluster: true,
        needsVersionOnPut: true,
        generation: spec,
      },
      {
        kind: 'ValidatingWebhookConfiguration',
        resource: 'validatingwebhookconfigurations',
        categories: ['api-extensions'],
        cluster: true,
        needsVersionOnPut: true,
        generation: 'webhooks',
      },
    ],
  },
  {
    group: 'scheduling.k8s.io',
    versions: ['v1'],
    rows: [{ kind: 'PriorityClass', resource: 'priorityclasses', short: ['pc'], cluster: true, generation: spec }],
  },
  {
    group: 'coordination.k8s.io',
    versions: ['v1'],
    rows: [{ kind: 'Lease', resource: 'leases', putCreates: true, needsVersionOnPut: true }],
  },
  {
    group: 'discovery.k8s.io',
    versions: ['v1'],
    rows: [{ kind: 'EndpointSlice', resource: 'endpointslices', generation: 'contentOrLabels' }],
  },
];

export interface BuiltinOptions {
  /** --enable-endpointslice-v1beta1 */
  readonly endpointSliceV1beta1: boolean;
}

/** Every built-in stored resource, core first. */
export function builtinResources(options: BuiltinOptions): Resource[] {
  return tables.flatMap(({ group, versions, rows }) =>
    rows.map((row) => {
      const older = options.endpointSliceV1beta1 && row.kind === 'EndpointSlice' ? ['v1beta1'] : [];
      return toResource(group, [...versions, ...older], row);
    }),
  );
}

function toResource(group: string, versions: readonly string[], row: Row): Resource {
  const stored = schemaOf(row.storedInGroup ?? group, versions[0] ?? 'v1', row.kind);
  if (stored === undefined) throw new Error(`no schema for what ${row.resource} are stored as`);
  return {
    group,
    resource: row.resource,
    singular: row.kind.toLowerCase(),
    kind: row.kind,
    listKind: `${row.kind}List`,
    namespaced: row.cluster !== true,
    shortNames: row.short ?? [],
    categories: row.categories ?? [],
    verbs: row.verbs ?? allVerbs,
    versions: versions.map((version) => toVersion(group, version, row)),
    storageVersion: versions[0] ?? 'v1',
    storageSchema: stored,
    storagePrefix: row.prefix ?? row.resource,
    putCreates: row.putCreates ?? false,
    unconditionalPut: !(row.needsVersionOnPut ?? false),
    generation: row.generation ?? 'none',
    orphansByDefault: row.orphansByDefault ?? false,
    deleteAnswers: row.answersObject ? 'object' : 'status',
    behaviour: behaviourOf({ group, kind: row.kind, namespaced: row.cluster !== true }),
    fields: fieldReaders(group, row.kind),
    ...(row.ttlSeconds === undefined ? {} : { ttlSeconds: row.ttlSeconds }),
  };
}

/** What is written as autoscaling/v1 gets the defaults of that version. */
function behaviourOf(target: Parameters<typeof kindBehaviour>[0]): Resource['behaviour'] {
  const behaviour = kindBehaviour(target);
  if (target.kind !== 'HorizontalPodAutoscaler') return behaviour;
  return {
    ...behaviour,
    default: (object) =>
      object.apiVersion === 'autoscaling/v1'
        ? defaultAutoscalerV1(object)
        : behaviour.default(withoutTravelling(object)),
  };
}

function toVersion(group: string, version: string, row: Row): ResourceVersion {
  const schema = schemaOf(group, version, row.kind);
  if (schema === undefined) throw new Error(`no schema for ${group}/${version} ${row.kind}`);
  const table = columnsOf(group, row.kind);
  return {
    version,
    schema,
    subresources: (row.sub ?? []).map(subresource),
    ...versionConverters(group, version, row.kind),
    ...(table === undefined ? {} : { table }),
  };
}

function subresource(name: SubresourceName): Subresource {
  switch (name) {
    case 'status':
      return { name, verbs: ['get', 'patch', 'update'] };
    case 'scale':
      return { name, verbs: ['get', 'patch', 'update'], kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' } };
    case 'finalize':
      return { name, verbs: ['update'] };
    case 'ephemeralcontainers':
    case 'resize':
      return { name, verbs: ['get', 'patch', 'update'] };
    case 'log':
      return { name, verbs: ['get'] };
    case 'attach':
      return { name, verbs: ['create', 'get'], kind: { group: '', version: 'v1', kind: 'PodAttachOptions' } };
    case 'exec':
      return { name, verbs: ['create', 'get'], kind: { group: '', version: 'v1', kind: 'PodExecOptions' } };
    case 'portforward':
      return { name, verbs: ['create', 'get'], kind: { group: '', version: 'v1', kind: 'PodPortForwardOptions' } };
    case 'token':
      return { name, verbs: ['create'], kind: { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' } };
    case 'binding':
      return { name, verbs: ['create'], kind: { group: '', version: 'v1', kind: 'Binding' } };
    case 'eviction':
      return { name, verbs: ['create'], kind: { group: 'policy', version: 'v1', kind: 'Eviction' } };
  }
}

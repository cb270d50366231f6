/** The kind LoadBalancerPool of fairlead.dev/v1: a kind of ours beside the built-in ones, served where its controller runs. */
import { schemaOf } from '../../api/schema/index.ts';
import type { Field, StructType, Type } from '../../api/schema/types.ts';
import type { KubeObject } from '../../api/types.ts';
import { age } from '../tables/age.ts';
import { carryOverMetadata } from '../../defaulting/index.ts';
import type { Resource } from './resource.ts';

const field = (json: string, type: Type, description: string): Field => ({
  json,
  proto: 0,
  type,
  pointer: true,
  omitEmpty: true,
  required: false,
  description,
});

function struct(name: string, description: string, fields: readonly Field[]): StructType {
  const byJson = new Map(fields.map((each) => [each.json, each]));
  return { kind: 'struct', name: `dev.fairlead.v1.${name}`, description, fields, byJson, byProto: new Map() };
}

const text: Type = { kind: 'string' };
const texts: Type = { kind: 'list', item: text, list: 'atomic', keys: [] };

function poolSchema(): StructType {
  const known = (kind: string, ...path: readonly string[]): Type => {
    let type: Type | undefined = schemaOf(kind === 'NetworkPolicy' ? 'networking.k8s.io' : '', 'v1', kind);
    for (const step of path) type = type?.kind === 'struct' ? type.byJson.get(step)?.type : undefined;
    if (type === undefined) throw new Error(`no schema of ${path.join('.')}`);
    return type;
  };
  const selector = known('NetworkPolicy', 'spec', 'podSelector');
  const conditions = known('Service', 'status', 'conditions');
  const spec = struct('LoadBalancerPoolSpec', 'Which addresses there are, and for whom.', [
    field('addresses', texts, 'CIDRs, ranges such as 192.0.2.10-192.0.2.20, and single addresses.'),
    field('namespaces', texts, 'Names of the namespaces whose Services may have them; absent: all.'),
    field('namespaceSelector', selector, 'Labels of the namespaces whose Services may have them.'),
    field('serviceSelector', selector, 'Labels of the Services that may have them.'),
    field('priority', { kind: 'int32' }, 'The pool with the lowest number is tried first.'),
    field(
      'autoAssign',
      { kind: 'bool' },
      'False: only for Services that ask for the pool or for one of its addresses.',
    ),
    field('disabled', { kind: 'bool' }, 'Nothing more is given out; what was given stays.'),
    field('skipEdges', { kind: 'bool' }, 'Leave out the first and the last address of each CIDR.'),
  ]);
  const usage = struct('LoadBalancerPoolUsage', 'How full the pool is.', [
    field('family', text, 'IPv4 or IPv6.'),
    field('total', text, 'Addresses of the pool.'),
    field('used', text, 'Addresses that Services have.'),
    field('free', text, 'Addresses that are left.'),
  ]);
  const status = struct('LoadBalancerPoolStatus', 'What the controller has found.', [
    field('addresses', { kind: 'list', item: usage, list: 'atomic', keys: [] }, 'By family.'),
    field('conditions', conditions, 'Whether the pool is used.'),
  ]);
  return struct('LoadBalancerPool', 'Addresses for Services of type LoadBalancer.', [
    field('kind', text, 'The kind of the object.'),
    field('apiVersion', text, 'Its version.'),
    field('metadata', known('ConfigMap', 'metadata'), "The object's metadata."),
    field('spec', spec, 'Which addresses there are, and for whom.'),
    field('status', status, 'What the controller has found.'),
  ]);
}

interface PoolParts extends KubeObject {
  readonly spec?: { readonly addresses?: readonly string[]; readonly disabled?: boolean };
  readonly status?: { readonly addresses?: readonly { readonly used?: string; readonly free?: string }[] };
}

const column = (name: string, type: 'string' | 'date', description: string) => ({
  name,
  type,
  format: '',
  description,
  priority: 0,
});

/** As it is registered. */
export function loadBalancerPoolResource(): Resource {
  const schema = poolSchema();
  const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'] as const;
  const table = {
    columns: [
      column('Name', 'string', 'Its name.'),
      column('Addresses', 'string', 'Where they lie.'),
      column('Used', 'string', 'How many Services have.'),
      column('Free', 'string', 'How many are left.'),
      column('Age', 'string', 'How long it has been there.'),
    ],
    cells: (object: KubeObject, now: number): unknown[] => {
      const { spec, status } = object as PoolParts;
      const sum = (key: 'used' | 'free'): string =>
        (status?.addresses ?? []).map((family) => family[key] ?? '').join('/');
      return [
        object.metadata.name ?? '',
        (spec?.addresses ?? []).join(','),
        sum('used'),
        sum('free'),
        age(object.metadata.creationTimestamp, now),
      ];
    },
  };
  return {
    group: 'fairlead.dev',
    resource: 'loadbalancerpools',
    singular: 'loadbalancerpool',
    kind: 'LoadBalancerPool',
    listKind: 'LoadBalancerPoolList',
    namespaced: false,
    shortNames: ['lbpool'],
    categories: [],
    verbs,
    versions: [{ version: 'v1', schema, subresources: [{ name: 'status', verbs: ['get', 'patch', 'update'] }], table }],
    storageVersion: 'v1',
    storageSchema: schema,
    storagePrefix: 'fairlead.dev/loadbalancerpools',
    putCreates: false,
    unconditionalPut: true,
    generation: 'spec',
    orphansByDefault: false,
    deleteAnswers: 'status',
    fields: new Map(),
    behaviour: {
      default: (object) => object,
      create: (given) => {
        const object = { ...given };
        delete object['status'];
        return { object, warnings: [] };
      },
      update: (next, stored, subresource) => {
        const metadata = carryOverMetadata(next.metadata, stored.metadata);
        const { spec, status } =
          subresource === 'status'
            ? { spec: stored['spec'], status: next['status'] }
            : { spec: next['spec'], status: stored['status'] };
        const object: KubeObject = { ...next, metadata };
        if (spec === undefined) delete object['spec'];
        else object['spec'] = spec;
        if (status === undefined) delete object['status'];
        else object['status'] = status;
        return { object, warnings: [] };
      },
    },
  };
}

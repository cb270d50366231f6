import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { knownKinds, schemaOf, structNamed } from './index.ts';
import { tableHeads } from './tables.ts';
import type { Field, StructType, Type } from './types.ts';

/** `spec.ports`, through lists and maps. */
function fieldAt(type: StructType | undefined, path: string): Field {
  let here: StructType | undefined = type;
  let field: Field | undefined;
  for (const step of path.split('.')) {
    field = here?.byJson.get(step);
    here = field === undefined ? undefined : structIn(field.type);
  }
  if (field === undefined) throw new Error(`no field ${path}`);
  return field;
}

function structIn(type: Type): StructType | undefined {
  if (type.kind === 'struct') return type;
  if (type.kind === 'list') return structIn(type.item);
  return type.kind === 'map' ? structIn(type.value) : undefined;
}

/** `merge, port` and `map: port, protocol`, the two columns of M20. */
function rules(field: Field): string {
  const { type } = field;
  if (type.kind === 'map') return type.atomic === true ? 'map merge | atomic map' : 'map merge | granular map';
  if (type.kind !== 'list') return 'no list';
  const strategy = type.mergeKey === undefined ? 'replace' : `merge ${type.mergeKey || '(primitive)'}`;
  const kept = field.retainKeys === true ? '+retainKeys' : '';
  return `${strategy}${kept} | ${type.list === 'map' ? type.keys.join(' ') : type.list}`;
}

const v1 = (kind: string): StructType | undefined => schemaOf('', 'v1', kind);

describe('merge rules', () => {
  it.each([
    ['Service', 'metadata.ownerReferences', 'merge uid | uid'],
    ['Service', 'metadata.finalizers', 'merge (primitive) | set'],
    ['Service', 'spec.ports', 'merge port | port protocol'],
    ['Service', 'status.conditions', 'merge type | type'],
    ['Service', 'spec.selector', 'map merge | atomic map'],
    ['Service', 'metadata.labels', 'map merge | granular map'],
    ['Service', 'spec.clusterIPs', 'replace | atomic'],
    ['Service', 'spec.externalIPs', 'replace | atomic'],
    ['Service', 'spec.loadBalancerSourceRanges', 'replace | atomic'],
    ['Service', 'spec.ipFamilies', 'replace | atomic'],
    ['Service', 'status.loadBalancer.ingress', 'replace | atomic'],
    ['Service', 'status.loadBalancer.ingress.ports', 'replace | atomic'],
    ['Endpoints', 'subsets', 'replace | atomic'],
    ['Endpoints', 'subsets.addresses', 'replace | atomic'],
    ['Endpoints', 'subsets.notReadyAddresses', 'replace | atomic'],
    ['Endpoints', 'subsets.ports', 'replace | atomic'],
    ['ServiceAccount', 'secrets', 'merge name | name'],
    ['ServiceAccount', 'imagePullSecrets', 'replace | atomic'],
    ['Namespace', 'spec.finalizers', 'replace | atomic'],
    ['Namespace', 'status.conditions', 'merge type | type'],
    ['Node', 'spec.podCIDRs', 'merge (primitive) | set'],
    ['Node', 'spec.taints', 'replace | atomic'],
    ['Node', 'status.images', 'replace | atomic'],
    ['Node', 'status.volumesInUse', 'replace | atomic'],
    ['Node', 'status.volumesAttached', 'replace | atomic'],
    ['Node', 'status.conditions', 'merge type | type'],
    ['Node', 'status.addresses', 'merge type | type'],
    ['Pod', 'spec.containers', 'merge name | name'],
    ['Pod', 'spec.initContainers', 'merge name | name'],
    ['Pod', 'spec.ephemeralContainers', 'merge name | name'],
    ['Pod', 'spec.imagePullSecrets', 'merge name | name'],
    ['Pod', 'spec.schedulingGates', 'merge name | name'],
    ['Pod', 'spec.volumes', 'merge name+retainKeys | name'],
    ['Pod', 'spec.resourceClaims', 'merge name+retainKeys | name'],
    ['Pod', 'spec.hostAliases', 'merge ip | ip'],
    ['Pod', 'spec.topologySpreadConstraints', 'merge topologyKey | topologyKey whenUnsatisfiable'],
    ['Pod', 'spec.tolerations', 'replace | atomic'],
    ['Pod', 'spec.readinessGates', 'replace | atomic'],
    ['Pod', 'status.conditions', 'merge type | type'],
    ['Pod', 'status.podIPs', 'merge ip | ip'],
    ['Pod', 'status.hostIPs', 'merge ip | atomic'],
    ['Pod', 'status.containerStatuses', 'replace | atomic'],
    ['Pod', 'spec.containers.ports', 'merge containerPort | containerPort protocol'],
    ['Pod', 'spec.containers.env', 'merge name | name'],
    ['Pod', 'spec.containers.volumeMounts', 'merge mountPath | mountPath'],
    ['Pod', 'spec.containers.volumeDevices', 'merge devicePath | devicePath'],
    ['Pod', 'spec.containers.command', 'replace | atomic'],
    ['Pod', 'spec.containers.args', 'replace | atomic'],
    ['Pod', 'spec.containers.envFrom', 'replace | atomic'],
  ])('M20 %s %s: %s', (kind, path, expected) => {
    expect(rules(fieldAt(v1(kind), path))).toBe(expected);
  });

  it.each([
    ['discovery.k8s.io', 'EndpointSlice', 'endpoints', 'replace | atomic'],
    ['discovery.k8s.io', 'EndpointSlice', 'ports', 'replace | atomic'],
    ['discovery.k8s.io', 'EndpointSlice', 'endpoints.addresses', 'replace | set'],
    ['discovery.k8s.io', 'EndpointSlice', 'endpoints.hints.forZones', 'replace | atomic'],
    ['discovery.k8s.io', 'EndpointSlice', 'endpoints.hints.forNodes', 'replace | atomic'],
    ['networking.k8s.io', 'ServiceCIDR', 'spec.cidrs', 'replace | atomic'],
    ['networking.k8s.io', 'ServiceCIDR', 'status.conditions', 'merge type | type'],
    ['admissionregistration.k8s.io', 'ValidatingWebhookConfiguration', 'webhooks', 'merge name | name'],
    ['admissionregistration.k8s.io', 'MutatingWebhookConfiguration', 'webhooks.matchConditions', 'merge name | name'],
  ])('M20 %s %s %s: %s', (group, kind, path, expected) => {
    expect(rules(fieldAt(schemaOf(group, 'v1', kind), path))).toBe(expected);
  });

  it('keeps what is not a list or map rule on the field', () => {
    expect(fieldAt(schemaOf('apps', 'v1', 'Deployment'), 'spec.strategy').retainKeys).toBe(true);
    expect(fieldAt(v1('Service'), 'spec.ports.protocol')).toMatchObject({
      default: 'TCP',
      enum: ['SCTP', 'TCP', 'UDP'],
      omitEmpty: true,
      pointer: false,
      proto: 2,
    });
  });

  it('lets one field overrule a struct that is atomic elsewhere', () => {
    const claimRef = fieldAt(v1('PersistentVolume'), 'spec.claimRef').type as StructType;
    const reference = structNamed('io.k8s.api.core.v1.ObjectReference');
    expect([claimRef.name, claimRef.atomic, reference?.atomic]).toEqual([reference?.name, false, true]);
  });
});

describe('schemaOf', () => {
  it('knows every kind of the tables, and each can be read to the last struct', () => {
    const seen = new Set<StructType>();
    const visit = (type: Type): void => {
      const struct = structIn(type);
      if (struct === undefined || seen.has(struct)) return;
      seen.add(struct);
      for (const field of struct.fields) visit(field.type);
    };
    for (const { group, version, kind } of knownKinds()) {
      const struct = schemaOf(group, version, kind);
      expect({ group, version, kind, found: struct?.name.endsWith(`.${kind}`) }).toMatchObject({ found: true });
      if (struct !== undefined) visit(struct);
    }
    expect(seen.size).toBeGreaterThan(450);
  });

  it('gives the same object for the same kind, so that decoders are made once', () => {
    expect(v1('Service')).toBe(v1('Service'));
    expect(structNamed('io.k8s.api.core.v1.Service')).toBe(v1('Service'));
  });

  it('may be cyclic: a JSON schema holds JSON schemas', () => {
    const schema = structNamed('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps');
    expect(fieldAt(schema, 'properties.not').type).toBe(schema);
  });

  it('finds options in every group version, and Status only where it is at home', () => {
    expect(schemaOf('apps', 'v1', 'DeleteOptions')).toBe(schemaOf('', 'v1', 'DeleteOptions'));
    expect(schemaOf('', 'v1', 'Status')?.name).toBe('io.k8s.apimachinery.pkg.apis.meta.v1.Status');
    expect(schemaOf('apps', 'v1', 'Status')).toBeUndefined();
  });

  it.each(['constructor', '__proto__', 'toString', ''])('knows no kind %j', (name) => {
    expect(schemaOf('', 'v1', name)).toBeUndefined();
    expect(schemaOf(name, name, 'Service')).toBeUndefined();
    expect(structNamed(name)).toBeUndefined();
  });

  it('flattens Go embeds for JSON and keeps their message for protobuf', () => {
    const volume = structNamed('io.k8s.api.core.v1.Volume');
    expect(volume?.byJson.get('emptyDir')).toMatchObject({ proto: 2, embeds: ['VolumeSource'] });
    expect(volume?.byProto.get(2)).toBeUndefined();
    expect(volume?.inlines?.get(2)).toBe(structNamed('io.k8s.api.core.v1.VolumeSource'));
  });
});

describe('tables', () => {
  it('are all listed', () => {
    const files = readdirSync(join(import.meta.dirname, 'tables')).filter((file) => file.endsWith('.ts'));
    expect(
      tableHeads()
        .map(({ alias }) => `${alias.replace('.', '-')}.ts`)
        .sort(),
    ).toEqual(files.sort());
  });
});

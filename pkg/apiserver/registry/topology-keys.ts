/** T23, T28: `spec.topologyKeys` of 1.17 to 1.21, for a server that is told to take it: a field more in the schema. */
import type { Field, StructType } from '../../api/schema/types.ts';
import type { Resource } from './resource.ts';

const topologyKeys: Field = {
  json: 'topologyKeys',
  proto: 16,
  pointer: false,
  omitEmpty: true,
  required: false,
  description: 'Labels of nodes, the most wanted first: traffic goes to endpoints whose node has the same value.',
  type: { kind: 'list', item: { kind: 'string' }, list: 'atomic', keys: [] },
};

/** `services`, whose specs then have the field. */
export function withTopologyKeys(services: Resource): Resource {
  return {
    ...services,
    storageSchema: extended(services.storageSchema),
    versions: services.versions.map((version) => ({ ...version, schema: extended(version.schema) })),
  };
}

function extended(service: StructType): StructType {
  const spec = service.byJson.get('spec');
  if (spec === undefined || spec.type.kind !== 'struct') throw new Error('a Service has a spec');
  return withField(service, { ...spec, type: withField(spec.type, topologyKeys) });
}

const withField = (struct: StructType, field: Field): StructType => ({
  ...struct,
  fields: struct.byJson.has(field.json)
    ? struct.fields.map((old) => (old.json === field.json ? field : old))
    : [...struct.fields, field],
  byJson: new Map(struct.byJson).set(field.json, field),
  byProto: new Map(struct.byProto).set(field.proto, field),
});

/** OpenAPI v3 for one group version (O20, O21): paths that clients look for, and every schema reachable from its kinds. */
import type { Field, StructType, Type } from '../../api/schema/types.ts';
import type { Resource, ResourceVersion } from '../registry/resource.ts';

export interface ServedKind {
  readonly resource: Resource;
  readonly version: ResourceVersion;
}

type Json = Record<string, unknown>;

export function openApiDocument(group: string, version: string, kinds: readonly ServedKind[]): Json {
  const schemas = new Map<string, Json>();
  const paths: Json = {};
  for (const kind of kinds) {
    addSchema(schemas, kind.version.schema, {
      'x-kubernetes-group-version-kind': [{ group, version, kind: kind.resource.kind }],
    });
    Object.assign(paths, pathsOf(group, version, kind));
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'unversioned' },
    paths,
    components: { schemas: Object.fromEntries([...schemas].sort(([a], [b]) => (a < b ? -1 : 1))) },
  };
}

const queryParameter = (name: string, type: string, description: string): Json => ({
  name,
  in: 'query',
  description,
  schema: { type, uniqueItems: true },
});

const writeParameters: readonly Json[] = [
  queryParameter('dryRun', 'string', 'All: check and answer as if, but store nothing.'),
  queryParameter('fieldManager', 'string', 'Who owns the fields that this request sets.'),
  queryParameter('fieldValidation', 'string', 'What happens to unknown and duplicate fields: Ignore, Warn or Strict.'),
];
const forceParameter = queryParameter('force', 'boolean', 'Take over fields that others own. Only for apply.');

function pathsOf(group: string, version: string, { resource, version: served }: ServedKind): Json {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const collection = `${root}${resource.namespaced ? '/namespaces/{namespace}' : ''}/${resource.resource}`;
  const gvk = { group, version, kind: resource.kind };
  const body = { schema: { $ref: `#/components/schemas/${served.schema.name}` } };
  const answer = { 200: { description: 'OK', content: { 'application/json': body } } };
  const operation = (action: string, parameters: readonly Json[], mediaTypes: readonly string[] = []): Json => ({
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': gvk,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(mediaTypes.length === 0
      ? {}
      : { requestBody: { content: Object.fromEntries(mediaTypes.map((type) => [type, body])), required: true } }),
    responses: answer,
  });
  const patchTypes = [
    'application/apply-patch+yaml',
    'application/json-patch+json',
    'application/merge-patch+json',
    ...(resource.custom === true ? [] : ['application/strategic-merge-patch+json']),
  ];
  const item = (): Json => ({
    get: operation('get', []),
    put: operation('put', writeParameters, ['*/*']),
    patch: operation('patch', [...writeParameters, forceParameter], patchTypes),
    delete: operation('delete', writeParameters.slice(0, 1)),
  });
  const paths: Json = {
    [collection]: { get: operation('list', []), post: operation('post', writeParameters, ['*/*']) },
    [`${collection}/{name}`]: item(),
  };
  if (served.subresources.some(({ name }) => name === 'status')) {
    const { get, put, patch } = item();
    paths[`${collection}/{name}/status`] = { get, put, patch };
  }
  return paths;
}

function addSchema(schemas: Map<string, Json>, type: StructType, extras: Json = {}): void {
  const known = schemas.get(type.name);
  if (known !== undefined) {
    Object.assign(known, extras);
    return;
  }
  const schema: Json = {};
  schemas.set(type.name, schema);
  if (type.openApi !== undefined) {
    Object.assign(schema, type.openApi, extras);
    const metadata = type.byJson.get('metadata')?.type;
    if (metadata?.kind === 'struct') addSchema(schemas, metadata);
    return;
  }
  const required = type.fields.filter((field) => field.required).map((field) => field.json);
  Object.assign(schema, {
    ...(type.description === '' ? {} : { description: type.description }),
    type: 'object',
    ...(required.length === 0 ? {} : { required }),
    properties: Object.fromEntries(type.fields.map((field) => [field.json, fieldSchema(schemas, field)])),
    ...(type.atomic === true ? { 'x-kubernetes-map-type': 'atomic' } : {}),
    ...extras,
  });
}

function fieldSchema(schemas: Map<string, Json>, field: Field): Json {
  const { description, type } = field;
  const schema = typeSchema(schemas, type);
  return {
    ...(description === '' ? {} : { description }),
    ...schema,
    ...(field.default === undefined ? {} : { default: field.default }),
    ...(field.enum === undefined ? {} : { enum: field.enum }),
    ...strategyOf(field),
  };
}

/** Where strategic merge differs from replacing. */
function strategyOf({ type, retainKeys }: Field): Json {
  if (type.kind !== 'list' || type.mergeKey === undefined) {
    return retainKeys === true ? { 'x-kubernetes-patch-strategy': 'retainKeys' } : {};
  }
  return {
    'x-kubernetes-patch-strategy': retainKeys === true ? 'merge,retainKeys' : 'merge',
    ...(type.mergeKey === '' ? {} : { 'x-kubernetes-patch-merge-key': type.mergeKey }),
  };
}

function typeSchema(schemas: Map<string, Json>, type: Type): Json {
  switch (type.kind) {
    case 'struct':
      addSchema(schemas, type);
      // A reference beside a description needs allOf in OpenAPI 3.0.
      return { allOf: [{ $ref: `#/components/schemas/${type.name}` }] };
    case 'list':
      return {
        type: 'array',
        items: plainReference(typeSchema(schemas, type.item)),
        ...(type.list === 'atomic' ? {} : { 'x-kubernetes-list-type': type.list }),
        ...(type.list === 'map' ? { 'x-kubernetes-list-map-keys': type.keys } : {}),
      };
    case 'map':
      return {
        type: 'object',
        additionalProperties: plainReference(typeSchema(schemas, type.value)),
        ...(type.atomic === true ? { 'x-kubernetes-map-type': 'atomic' } : {}),
      };
    case 'string':
    case 'duration':
      return { type: 'string' };
    case 'bool':
      return { type: 'boolean' };
    case 'int32':
    case 'int64':
      return { type: 'integer', format: type.kind };
    case 'float64':
      return { type: 'number', format: 'double' };
    case 'bytes':
      return { type: 'string', format: 'byte' };
    case 'time':
    case 'microTime':
    case 'quantity':
    case 'intOrString':
    case 'rawExtension':
    case 'fieldsV1':
      return namedSchema(schemas, type.kind);
    case 'json':
      return {};
  }
}

/** Scalars with a name of their own, which `kubectl explain` shows as the type of a field. */
const namedScalars = {
  time: ['apis.meta.v1.Time', { type: 'string', format: 'date-time' }],
  microTime: ['apis.meta.v1.MicroTime', { type: 'string', format: 'date-time' }],
  quantity: ['api.resource.Quantity', { oneOf: [{ type: 'string' }, { type: 'number' }] }],
  intOrString: [
    'util.intstr.IntOrString',
    { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  ],
  rawExtension: ['runtime.RawExtension', { type: 'object' }],
  fieldsV1: ['apis.meta.v1.FieldsV1', { type: 'object' }],
} as const;

function namedSchema(schemas: Map<string, Json>, kind: keyof typeof namedScalars): Json {
  const [shortName, schema] = namedScalars[kind];
  const name = `io.k8s.apimachinery.pkg.${shortName}`;
  schemas.set(name, schema);
  return { allOf: [{ $ref: `#/components/schemas/${name}` }] };
}

/** Inside items and additionalProperties there is no description, so the reference can stand alone. */
function plainReference(schema: Json): Json {
  const allOf = schema['allOf'];
  return Array.isArray(allOf) ? (allOf[0] as Json) : schema;
}

/** A custom kind as the rest of the server sees kinds: one StructType, made of the schema of one version (M31). */
import { decodeJson, schemaOf, type Field, type StructType, type Type } from '../api/schema/index.ts';
import { isObject, additionalOf, itemsOf, propertyOf, type JsonObject, type Schema } from './schema.ts';
import { applyDefaults } from './default.ts';
import { coerceObject } from './coerce.ts';
import { openApiSchema } from './openapi.ts';

export interface CustomKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly schema: Schema | undefined;
  readonly preserveUnknownFields: boolean;
}

/** Reading an object through the type prunes it; nothing is checked beyond its metadata. */
export function customType(kind: CustomKind): StructType {
  const { schema, preserveUnknownFields: preserve } = kind;
  const content = structOf(schema ?? {}, nameOf(kind));
  const fields = [
    ...identity(),
    ...content.fields.filter(({ json }) => !['apiVersion', 'kind', 'metadata'].includes(json)),
  ];
  return {
    ...content,
    description: schema?.description ?? '',
    fields,
    byJson: new Map(fields.map((field) => [field.json, field])),
    preserveUnknown: preserve || content.preserveUnknown === true,
    openApi: openApiSchema(schema, preserve),
    unstructured: (value, report) => coerceObject(schema, isObject(value) ? value : {}, { preserve, report }),
  };
}

/** The object with the defaults of its schema, and without what is no part of it: what every read sees. */
export function readStored(
  type: StructType,
  schema: Schema | undefined,
  object: JsonObject,
  apiVersion: string,
): JsonObject {
  const { object: read } = decodeJson(type, { ...object, apiVersion }, { report: false });
  applyDefaults(read, schema);
  return read;
}

/** `com.example.v1.Widget`: the group's parts the other way round. */
function nameOf({ group, version, kind }: CustomKind): string {
  return [...group.split('.').reverse(), version, kind].join('.');
}

function identity(): readonly Field[] {
  const known = schemaOf('', 'v1', 'ConfigMap');
  if (known === undefined) throw new Error('no schema for ConfigMap');
  return ['kind', 'apiVersion', 'metadata'].flatMap((name) => {
    const field = known.byJson.get(name);
    return field === undefined ? [] : [name === 'metadata' ? { ...field, omitEmpty: true } : field];
  });
}

function structOf(schema: Schema, name: string): StructType {
  const required = new Set(schema.required ?? []);
  const embedded = schema['x-kubernetes-embedded-resource'] === true ? identity() : [];
  const declared = Object.keys(schema.properties ?? {}).flatMap((json): Field[] => {
    const property = propertyOf(schema, json);
    if (property === undefined || embedded.some((field) => field.json === json)) return [];
    return [fieldOf(json, property, required.has(json))];
  });
  const fields = [...embedded, ...declared];
  return {
    kind: 'struct',
    name,
    description: schema.description ?? '',
    fields,
    byJson: new Map(fields.map((field) => [field.json, field])),
    byProto: new Map(),
    ...(schema['x-kubernetes-map-type'] === 'atomic' ? { atomic: true } : {}),
    ...(schema['x-kubernetes-preserve-unknown-fields'] === true ? { preserveUnknown: true } : {}),
  };
}

function fieldOf(json: string, schema: Schema, required: boolean): Field {
  return {
    json,
    proto: 0,
    type: typeOf(schema),
    pointer: true,
    omitEmpty: true,
    required,
    description: schema.description ?? '',
    ...(schema.default === undefined ? {} : { default: schema.default }),
  };
}

/** Scalars are told apart by validation; here they are all leaves. */
const leaf: Type = { kind: 'intOrString' };

function typeOf(schema: Schema): Type {
  if (schema['x-kubernetes-int-or-string'] === true) return leaf;
  switch (schema.type) {
    case 'array':
      return {
        kind: 'list',
        item: typeOf(itemsOf(schema) ?? {}),
        list: listKind(schema['x-kubernetes-list-type']),
        keys: schema['x-kubernetes-list-map-keys'] ?? [],
      };
    case 'object':
      return objectType(schema);
    case 'string':
      return { kind: 'string' };
    case 'integer':
      return { kind: 'int64' };
    case 'number':
      return { kind: 'float64' };
    case 'boolean':
      return { kind: 'bool' };
    default:
      return { kind: 'json' };
  }
}

const listKind = (text: string | undefined): 'atomic' | 'set' | 'map' =>
  text === 'set' || text === 'map' ? text : 'atomic';

function objectType(schema: Schema): Type {
  const atomic = schema['x-kubernetes-map-type'] === 'atomic' ? { atomic: true } : {};
  const hasFields =
    Object.keys(schema.properties ?? {}).length > 0 || schema['x-kubernetes-embedded-resource'] === true;
  if (hasFields) return structOf(schema, '');
  const more = additionalOf(schema);
  if (more !== undefined) return { kind: 'map', value: typeOf(more), ...atomic };
  // Nothing is declared: granular all the same, the keys are those that come.
  return { kind: 'map', value: { kind: 'json' }, ...atomic };
}

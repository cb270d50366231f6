/** OpenAPI v2 as the protobuf messages of gnostic, the only form in which kubectl takes it. */
import { encodeMessage, type Field, type StructType, type Type } from '../../api/schema/index.ts';
import type { Swagger } from './swagger.ts';

type Json = Record<string, unknown>;

export function encodeSwagger({ swagger, info, paths, definitions }: Swagger): Uint8Array {
  return encodeMessage(messages.document, {
    swagger,
    info,
    paths: { path: named(paths, pathItem) },
    definitions: { items: named(definitions, schemaMessage) },
  });
}

// --- values as gnostic shapes them ----------------------------------------------------------------------------------

const named = (values: Readonly<Record<string, unknown>>, shape: (value: Json) => Json): Json[] =>
  Object.entries(values).map(([name, value]) => ({ name, value: shape(value as Json) }));

/** Any value travels as YAML, which JSON is. */
const yaml = (value: unknown): Json => ({ yaml: JSON.stringify(value) });

const extensions = (object: Json): Json[] =>
  Object.entries(object)
    .filter(([name]) => name.startsWith('x-'))
    .map(([name, value]) => ({ name, value: yaml(value) }));

function pathItem({ parameters, ...operations }: Json): Json {
  const shaped = Object.entries(operations).map(([method, value]) => [method, operation(value as Json)]);
  return { ...Object.fromEntries(shaped), parameters: parametersOf(parameters) };
}

const operation = (value: Json): Json => ({
  ...value,
  parameters: parametersOf(value['parameters']),
  responses: { codes: named(value['responses'] as Json, response) },
  extensions: extensions(value),
});

const parametersOf = (parameters: unknown): Json[] =>
  ((parameters ?? []) as Json[]).map((parameter) => ({ parameter: parameterMessage(parameter) }));

function parameterMessage(parameter: Json): Json {
  switch (parameter['in']) {
    case 'body':
      return { body: { ...parameter, schema: schemaMessage(parameter['schema'] as Json) } };
    case 'path':
      return { other: { path: parameter } };
    default:
      return { other: { query: parameter } };
  }
}

const response = ({ description, schema }: Json): Json => ({
  response: { description, ...(schema === undefined ? {} : { schema: { schema: schemaMessage(schema as Json) } }) },
});

function schemaMessage(schema: Json): Json {
  const { $ref, type, items, properties, additionalProperties, enum: values, default: fallback, ...rest } = schema;
  return {
    ...rest,
    ...($ref === undefined ? {} : { $ref }),
    ...(type === undefined ? {} : { type: { value: [type] } }),
    ...(items === undefined ? {} : { items: { schema: [schemaMessage(items as Json)] } }),
    ...(properties === undefined ? {} : { properties: { items: named(properties as Json, schemaMessage) } }),
    ...(additionalProperties === undefined
      ? {}
      : { additionalProperties: { schema: schemaMessage(additionalProperties as Json) } }),
    ...(values === undefined ? {} : { enum: (values as unknown[]).map(yaml) }),
    ...(fallback === undefined ? {} : { default: yaml(fallback) }),
    extensions: extensions(schema),
  };
}

// --- the messages: field, number, type --------------------------------------------------------------------------------

const text: Type = { kind: 'string' };
const flag: Type = { kind: 'bool' };
const list = (item: Type): Type => ({ kind: 'list', item, list: 'atomic', keys: [] });

function message(name: string, ...fields: readonly (readonly [string, number, Type])[]): StructType {
  const all = fields.map(([json, proto, type]): Field => ({
    json,
    proto,
    type,
    // Absent fields are not written.
    pointer: true,
    omitEmpty: true,
    required: false,
    description: '',
  }));
  const byProto = new Map(all.map((field) => [field.proto, field]));
  const byJson = new Map(all.map((field) => [field.json, field]));
  return { kind: 'struct', name, description: '', fields: all, byJson, byProto };
}

const pairs = (value: Type): Type => list(message('Named', ['name', 1, text], ['value', 2, value]));

function makeMessages(): { readonly document: StructType } {
  const any = message('Any', ['yaml', 2, text]);
  const schema = schemaType(any);
  const parameter = parameterType(schema);
  const operationType = message(
    'Operation',
    ['description', 3, text],
    ['operationId', 5, text],
    ['produces', 6, list(text)],
    ['consumes', 7, list(text)],
    ['parameters', 8, list(parameter)],
    ['responses', 9, message('Responses', ['codes', 1, pairs(responseType(schema))])],
    ['schemes', 10, list(text)],
    ['extensions', 13, pairs(any)],
  );
  const item = message(
    'PathItem',
    ['get', 2, operationType],
    ['put', 3, operationType],
    ['post', 4, operationType],
    ['delete', 5, operationType],
    ['patch', 8, operationType],
    ['parameters', 9, list(parameter)],
  );
  const document = message(
    'Document',
    ['swagger', 1, text],
    ['info', 2, message('Info', ['title', 1, text], ['version', 2, text])],
    ['paths', 8, message('Paths', ['path', 2, pairs(item)])],
    ['definitions', 9, message('Definitions', ['items', 1, pairs(schema)])],
  );
  return { document };
}

function schemaType(any: StructType): StructType {
  const fields = new Map<number, Field>();
  // Schemas contain schemas, so the type is there before its fields.
  const schema: StructType = {
    kind: 'struct',
    name: 'Schema',
    description: '',
    fields: [],
    byJson: new Map(),
    byProto: fields,
  };
  const filled = message(
    'Schema',
    ['$ref', 1, text],
    ['format', 2, text],
    ['description', 4, text],
    ['default', 5, any],
    ['required', 19, list(text)],
    ['enum', 20, list(any)],
    ['additionalProperties', 21, message('AdditionalProperties', ['schema', 1, schema])],
    ['type', 22, message('TypeItem', ['value', 1, list(text)])],
    ['items', 23, message('Items', ['schema', 1, list(schema)])],
    ['properties', 25, message('Properties', ['items', 1, pairs(schema)])],
    ['extensions', 31, pairs(any)],
  );
  for (const [number, field] of filled.byProto) fields.set(number, field);
  return schema;
}

function parameterType(schema: StructType): StructType {
  const common = [
    ['required', 1, flag],
    ['in', 2, text],
    ['description', 3, text],
    ['name', 4, text],
  ] as const;
  const query = message('Query', ...common, ['type', 6, text], ['uniqueItems', 20, flag]);
  const path = message('Path', ...common, ['type', 5, text], ['uniqueItems', 19, flag]);
  const body = message(
    'Body',
    ['description', 1, text],
    ['name', 2, text],
    ['in', 3, text],
    ['required', 4, flag],
    ['schema', 5, schema],
  );
  const other = message('NonBody', ['query', 3, query], ['path', 4, path]);
  return message('ParametersItem', ['parameter', 1, message('Parameter', ['body', 1, body], ['other', 2, other])]);
}

const responseType = (schema: StructType): StructType =>
  message('ResponseValue', [
    'response',
    1,
    message('Response', ['description', 1, text], ['schema', 2, message('SchemaItem', ['schema', 1, schema])]),
  ]);

const messages = makeMessages();

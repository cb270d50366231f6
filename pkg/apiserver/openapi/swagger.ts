/**
 * OpenAPI v2: every group version in one document, made from the documents of v3. kubectl asks for it when it meets a
 * kind that v3 does not know, and older clients know nothing else (O22).
 */

type Json = Record<string, unknown>;

export interface Swagger {
  readonly swagger: '2.0';
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Json>>;
  readonly definitions: Readonly<Record<string, Json>>;
}

/** `documents` are those of v3, in order of preference. */
export function swaggerDocument(documents: readonly Json[]): Swagger {
  const paths: [string, Json][] = [];
  const definitions = new Map<string, Json>();
  for (const document of documents) {
    for (const [path, item] of Object.entries(document['paths'] as Record<string, Json>)) {
      paths.push([path, toPathItem(path, item)]);
    }
    const { schemas } = document['components'] as { schemas: Record<string, Json> };
    for (const [name, schema] of Object.entries(schemas)) {
      // A kind is marked in its own group version only.
      if (!definitions.has(name) || Object.hasOwn(schema, gvk)) definitions.set(name, toSchema(schema));
    }
  }
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version: 'unversioned' },
    paths: Object.fromEntries(paths.sort(byName)),
    definitions: Object.fromEntries([...definitions].sort(byName)),
  };
}

const gvk = 'x-kubernetes-group-version-kind';
const byName = ([a]: [string, Json], [b]: [string, Json]): number => (a < b ? -1 : 1);

function toPathItem(path: string, item: Json): Json {
  const operations = Object.entries(item).map(([method, operation]) => [method, toOperation(operation as Json)]);
  const parameters = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => ({
    name,
    in: 'path',
    required: true,
    type: 'string',
    uniqueItems: true,
  }));
  return { ...Object.fromEntries(operations), ...(parameters.length === 0 ? {} : { parameters }) };
}

const produces = ['application/json', 'application/yaml'];

interface Operation extends Json {
  readonly parameters?: readonly { readonly schema: Json }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Json }>> };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Json }>>;
}

function toOperation(operation: Json): Json {
  const { parameters = [], requestBody, responses, ...rest } = operation as Operation;
  const consumes = Object.keys(requestBody?.content ?? {});
  const [body] = Object.values(requestBody?.content ?? {});
  return {
    ...rest,
    consumes: consumes.length === 0 ? ['*/*'] : consumes,
    produces,
    schemes: ['https'],
    parameters: [
      ...(body === undefined ? [] : [{ name: 'body', in: 'body', required: true, schema: toSchema(body.schema) }]),
      ...parameters.map(({ schema, ...parameter }) => ({ ...parameter, ...schema })),
    ],
    responses: Object.fromEntries(
      Object.entries(responses).map(([code, { description, content }]) => [code, toResponse(description, content)]),
    ),
  };
}

function toResponse(description: string, content: Json | undefined): Json {
  const [first] = Object.values(content ?? {}) as { schema: Json }[];
  return { description, ...(first === undefined ? {} : { schema: toSchema(first.schema) }) };
}

/** v2 has a reference beside its description, and nothing that is one of several. */
function toSchema(schema: Json): Json {
  const { allOf, oneOf, anyOf: _anyOf, not: _not, $ref, properties, items, additionalProperties, ...rest } = schema;
  const [only] = Array.isArray(allOf) ? (allOf as Json[]) : [];
  const reference = ($ref ?? only?.['$ref']) as string | undefined;
  return {
    ...rest,
    ...(reference === undefined ? {} : { $ref: reference.replace('#/components/schemas/', '#/definitions/') }),
    ...(oneOf === undefined || rest['type'] !== undefined ? {} : { type: 'string' }),
    ...(items === undefined ? {} : { items: toSchema(items as Json) }),
    ...(additionalProperties === undefined
      ? {}
      : {
          // Custom kinds may say that anything goes.
          additionalProperties:
            typeof additionalProperties === 'boolean' ? additionalProperties : toSchema(additionalProperties as Json),
        }),
    ...(properties === undefined ? {} : { properties: mapped(properties as Record<string, Json>) }),
  };
}

const mapped = (schemas: Record<string, Json>): Json =>
  Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, toSchema(schema)]));

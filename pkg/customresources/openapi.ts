/** The schema of a custom kind as OpenAPI shows it: as it was written, with the fields that every object has. */
import type { Schema } from './schema.ts';

type Json = Record<string, unknown>;

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** A component of OpenAPI v3 for objects of this schema. `$ref`s lead to the schema of metadata. */
export function openApiSchema(schema: Schema | undefined, preserve: boolean): Json {
  const { properties, ...rest } = schema ?? {};
  return {
    ...rest,
    type: 'object',
    ...(preserve ? { 'x-kubernetes-preserve-unknown-fields': true } : {}),
    properties: {
      ...properties,
      apiVersion: { description: 'Version of the schema that this object is written in.', type: 'string' },
      kind: { description: 'What kind of object this is.', type: 'string' },
      metadata: {
        description: 'Name, labels and everything else that all objects have.',
        allOf: [{ $ref: `#/components/schemas/${meta}` }],
      },
    },
  };
}

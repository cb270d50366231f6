/**
 * Compares the schema tables with OpenAPI v3 documents of a real API server (DX7): fields, types, required, list and
 * map rules, patch rules, defaults. `node hack/verify-schema.ts FOLDER`, where FOLDER holds files saved from
 * `/openapi/v3/api/v1` and `/openapi/v3/apis/<group>/<version>`. Prints each difference; exits 1 when there is one.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { knownKinds, schemaOf } from '../pkg/api/schema/index.ts';
import type { Field, StructType, Type } from '../pkg/api/schema/index.ts';

/** The parts of an OpenAPI schema that are compared. */
interface Schema {
  $ref?: string;
  allOf?: Schema[];
  type?: string;
  format?: string;
  items?: Schema;
  additionalProperties?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  default?: unknown;
  'x-kubernetes-list-type'?: string;
  'x-kubernetes-list-map-keys'?: string[];
  'x-kubernetes-map-type'?: string;
  'x-kubernetes-patch-strategy'?: string;
  'x-kubernetes-patch-merge-key'?: string;
}

export interface Comparison {
  readonly differences: readonly string[];
  readonly compared: number;
  readonly missing: readonly string[];
}

const plain: Partial<Record<Type['kind'], string>> = {
  string: 'string',
  bool: 'boolean',
  int32: 'integer int32',
  int64: 'integer int64',
  float64: 'number double',
  bytes: 'string byte',
};

const named: Partial<Record<Type['kind'], string>> = {
  time: 'Time',
  microTime: 'MicroTime',
  quantity: 'Quantity',
  intOrString: 'IntOrString',
  rawExtension: 'RawExtension',
  fieldsV1: 'FieldsV1',
};

export function compareSchemas(schemas: ReadonlyMap<string, Schema>): Comparison {
  const differences: string[] = [];
  const seen = new Set<string>();
  const missing: string[] = [];
  const check = (where: string, ours: unknown, theirs: unknown): void => {
    const [left, right] = [JSON.stringify(ours), JSON.stringify(theirs)];
    if (left !== right) differences.push(`${where}: ${left ?? 'nothing'} here, ${right ?? 'nothing'} there`);
  };

  const visitStruct = (struct: StructType): void => {
    if (seen.has(struct.name)) return;
    seen.add(struct.name);
    const schema = schemas.get(struct.name);
    if (schema === undefined) {
      missing.push(struct.name);
      return;
    }
    const required = struct.fields.filter((field) => field.required).map(({ json }) => json);
    check(
      `${struct.name} fields`,
      struct.fields.map(({ json }) => json).sort(),
      Object.keys(schema.properties ?? {}).sort(),
    );
    check(`${struct.name} required`, required.sort(), (schema.required ?? []).sort());
    check(`${struct.name} map type`, struct.atomic === true ? 'atomic' : undefined, schema['x-kubernetes-map-type']);
    for (const field of struct.fields) {
      const property = schema.properties?.[field.json];
      if (property !== undefined) visitField(`${struct.name}.${field.json}`, field, property);
    }
  };

  const visitField = (where: string, field: Field, schema: Schema): void => {
    visitType(where, field.type, schema);
    const list = field.type.kind === 'list' ? field.type : undefined;
    if (list !== undefined) {
      check(`${where} list type`, list.list, schema['x-kubernetes-list-type'] ?? 'atomic');
      check(`${where} list keys`, list.keys, schema['x-kubernetes-list-map-keys'] ?? []);
    }
    const strategies = [
      list?.mergeKey === undefined ? '' : 'merge',
      field.retainKeys === true ? 'retainKeys' : '',
      field.replace === true ? 'replace' : '',
    ].filter((strategy) => strategy !== '');
    check(
      `${where} merge key`,
      list?.mergeKey === '' ? undefined : list?.mergeKey,
      schema['x-kubernetes-patch-merge-key'],
    );
    check(`${where} strategy`, strategies.join(',') || undefined, schema['x-kubernetes-patch-strategy']);
    if (field.type.kind === 'map') {
      check(`${where} map type`, field.type.atomic === true, schema['x-kubernetes-map-type'] === 'atomic');
    }
    // OpenAPI states the zero of Go as a default, too.
    if (field.default !== undefined || !isZero(schema.default))
      check(`${where} default`, field.default, schema.default);
  };

  const visitType = (where: string, type: Type, schema: Schema): void => {
    if (type.kind === 'struct') {
      check(`${where} type`, type.name, referenceOf(schema));
      visitStruct(type);
    } else if (type.kind === 'list') {
      check(`${where} type`, 'array', schema.type);
      visitType(`${where}[]`, type.item, schema.items ?? {});
    } else if (type.kind === 'map') {
      check(`${where} type`, 'object', schema.type);
      visitType(`${where}{}`, type.value, schema.additionalProperties ?? {});
    } else if (plain[type.kind] !== undefined) {
      check(`${where} type`, plain[type.kind], [schema.type, schema.format].filter(Boolean).join(' '));
    } else {
      const name = type.kind === 'json' ? type.goName?.split('.').at(-1) : named[type.kind];
      check(`${where} type`, name, referenceOf(schema)?.split('.').at(-1));
    }
  };

  for (const { group, version, kind } of knownKinds()) {
    const struct = schemaOf(group, version, kind);
    if (struct !== undefined) visitStruct(struct);
  }
  return { differences, compared: seen.size - missing.length, missing };
}

const referenceOf = (schema: Schema): string | undefined => (schema.$ref ?? schema.allOf?.[0]?.$ref)?.split('/').at(-1);

const isZero = (value: unknown): boolean => [undefined, '""', '0', 'false', '{}'].includes(JSON.stringify(value));

if (import.meta.main) {
  const [folder = '.'] = process.argv.slice(2);
  const schemas = new Map<string, Schema>();
  for (const file of globSync(join(folder, '*.json'))) {
    const document = JSON.parse(readFileSync(file, 'utf8')) as { components?: { schemas?: Record<string, Schema> } };
    for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) schemas.set(name, schema);
  }
  const { differences, compared, missing } = compareSchemas(schemas);
  for (const line of differences) console.error(line);
  console.log(
    `${compared} structs compared, ${differences.length} differences, ${missing.length} not in the documents`,
  );
  process.exitCode = differences.length === 0 && compared > 0 ? 0 : 1;
}

/** The schema of a custom resource, as it stands decoded in a definition (JSONSchemaProps). */

export interface Schema {
  readonly description?: string;
  readonly type?: string;
  readonly format?: string;
  readonly title?: string;
  readonly default?: unknown;
  readonly maximum?: number;
  readonly exclusiveMaximum?: boolean;
  readonly minimum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly maxLength?: number;
  readonly minLength?: number;
  readonly pattern?: string;
  readonly maxItems?: number;
  readonly minItems?: number;
  readonly uniqueItems?: boolean;
  readonly multipleOf?: number;
  readonly enum?: readonly unknown[];
  readonly maxProperties?: number;
  readonly minProperties?: number;
  readonly required?: readonly string[];
  readonly items?: Schema | readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly not?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly nullable?: boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-map-type'?: string;
  readonly 'x-kubernetes-validations'?: readonly ValidationRule[];
  // Refused everywhere, but what is refused has to be seen.
  readonly id?: string;
  readonly $schema?: string;
  readonly $ref?: string;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly dependencies?: Readonly<Record<string, unknown>>;
  readonly additionalItems?: Schema | boolean;
  readonly definitions?: Readonly<Record<string, Schema>>;
  readonly example?: unknown;
  readonly externalDocs?: unknown;
}

export interface ValidationRule {
  readonly rule: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly reason?: string;
  readonly fieldPath?: string;
  readonly optionalOldSelf?: boolean;
}

/** The schema of a named property. */
export function propertyOf(schema: Schema | undefined, key: string): Schema | undefined {
  const { properties } = schema ?? {};
  return properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined;
}

/** The one schema of all items. */
export function itemsOf(schema: Schema | undefined): Schema | undefined {
  const items = schema?.items;
  return items === undefined || isSchemas(items) ? undefined : items;
}

export const isSchemas = (items: Schema | readonly Schema[]): items is readonly Schema[] => Array.isArray(items);

/** Whether keys beyond the named ones are spoken of at all; their schema may still be missing (`true`). */
export const hasAdditional = (schema: Schema): boolean => schema.additionalProperties !== undefined;

export function additionalOf(schema: Schema | undefined): Schema | undefined {
  const more = schema?.additionalProperties;
  return typeof more === 'object' ? more : undefined;
}

export type JsonObject = { [key: string]: unknown };

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every schema in the tree, the root first. */
export function* schemasIn(schema: Schema | undefined): Generator<Schema> {
  if (schema === undefined) return;
  yield schema;
  const { items, properties, not } = schema;
  if (items !== undefined) for (const item of isSchemas(items) ? items : [items]) yield* schemasIn(item);
  for (const list of [schema.allOf, schema.anyOf, schema.oneOf]) for (const one of list ?? []) yield* schemasIn(one);
  yield* schemasIn(not);
  for (const name of Object.keys(properties ?? {})) yield* schemasIn(propertyOf(schema, name));
  yield* schemasIn(additionalOf(schema));
}

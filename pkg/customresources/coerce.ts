/**
 * What a custom object loses on its way in: fields that the schema does not know, nulls that it does not allow and
 * has no default for, and whatever is not metadata in the metadata of embedded objects. Works on a copy.
 */
import { DecodeError, decodeJson, schemaOf, type StructType } from '../api/schema/index.ts';
import { setOwn, sorted } from '../api/schema/open-map.ts';
import { additionalOf, hasAdditional, isObject, itemsOf, propertyOf, type JsonObject, type Schema } from './schema.ts';

export interface Coerced {
  readonly object: JsonObject;
  /** `unknown field "spec.foo"`: metadata first, then in order of the path. */
  readonly problems: readonly string[];
}

export interface CoerceOptions {
  /** spec.preserveUnknownFields of the definition: nothing is pruned. */
  readonly preserve: boolean;
  readonly report: boolean;
}

/** Throws DecodeError when metadata does not fit its type. Keys come out in byte order, metadata in its own. */
export function coerceObject(schema: Schema | undefined, value: JsonObject, options: CoerceOptions): Coerced {
  const walk = new Walk(options.report);
  const { kind, apiVersion, metadata, ...content } = value;
  const meta = metadata === undefined || metadata === null ? undefined : walk.metadata(metadata, '');
  const own = walk.take();
  const body = options.preserve
    ? content
    : (walk.prune(content, { ...schema, 'x-kubernetes-embedded-resource': true }, '') as JsonObject);
  const pruned = walk.take();
  const embedded = walk.embedded(body, schema, '') as JsonObject;
  const problems = [...own, ...pruned.sort(), ...walk.take().sort()];
  return {
    object: {
      ...(kind === undefined ? {} : { kind }),
      ...(apiVersion === undefined ? {} : { apiVersion }),
      ...(meta === undefined ? {} : { metadata: meta }),
      ...sorted(embedded),
    },
    problems: problems.map((path) => `unknown field "${path}"`),
  };
}

const objectMeta = (): StructType => {
  const schema = schemaOf('', 'v1', 'ConfigMap')?.byJson.get('metadata')?.type;
  if (schema?.kind !== 'struct') throw new Error('no schema for ObjectMeta');
  return schema;
};

const metaFields: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

class Walk {
  readonly #report: boolean;
  #unknown: string[] = [];

  constructor(report: boolean) {
    this.#report = report;
  }

  take(): string[] {
    const found = this.#unknown;
    this.#unknown = [];
    return found;
  }

  metadata(value: unknown, path: string): JsonObject {
    const { object, problems } = decodeJson(objectMeta(), value, { report: this.#report });
    for (const problem of problems) {
      this.#unknown.push(`${child(path, 'metadata')}.${problem.slice('unknown field "'.length, -1)}`);
    }
    if (object['creationTimestamp'] === null) delete object['creationTimestamp'];
    return object;
  }

  prune(value: unknown, schema: Schema | undefined, path: string): unknown {
    if (Array.isArray(value)) {
      const items = schema?.['x-kubernetes-preserve-unknown-fields'] === true ? undefined : itemsOf(schema);
      return value.map((item, index) =>
        schema?.['x-kubernetes-preserve-unknown-fields'] === true
          ? this.#kept(item, itemsOf(schema), `${path}[${index}]`)
          : this.prune(item, items, `${path}[${index}]`),
      );
    }
    if (!isObject(value)) return value;
    if (schema?.['x-kubernetes-preserve-unknown-fields'] === true) return this.#kept(value, schema, path);
    const out: JsonObject = {};
    for (const key of Object.keys(value)) {
      if (schema?.['x-kubernetes-embedded-resource'] === true && metaFields.has(key)) {
        setOwn(out, key, value[key]);
        continue;
      }
      const at = child(path, key);
      const property = propertyOf(schema, key);
      if (property === undefined && (schema === undefined || !hasAdditional(schema))) {
        if (this.#report) this.#unknown.push(at);
        continue;
      }
      const inner = property ?? additionalOf(schema);
      if (isUnwantedNull(value[key], inner)) continue;
      setOwn(out, key, this.prune(value[key], inner, at));
    }
    return out;
  }

  /** Below preserve-unknown-fields only what is declared is looked into. */
  #kept(value: unknown, schema: Schema | undefined, path: string): unknown {
    if (schema === undefined) return value;
    if (Array.isArray(value)) return value.map((item, index) => this.#kept(item, itemsOf(schema), `${path}[${index}]`));
    if (!isObject(value)) return value;
    const out: JsonObject = {};
    for (const key of Object.keys(value)) {
      const skip = schema['x-kubernetes-embedded-resource'] === true && metaFields.has(key);
      const inner = skip ? undefined : (propertyOf(schema, key) ?? additionalOf(schema));
      const known = !skip && (propertyOf(schema, key) !== undefined || hasAdditional(schema));
      if (known && isUnwantedNull(value[key], inner)) continue;
      setOwn(out, key, known ? this.prune(value[key], inner, child(path, key)) : value[key]);
    }
    return out;
  }

  /** Metadata of embedded objects becomes what it would be in an object of its own. Sorts keys on the way. */
  embedded(value: unknown, schema: Schema | undefined, path: string): unknown {
    if (Array.isArray(value)) {
      return value.map((item, index) => this.embedded(item, itemsOf(schema), `${path}[${index}]`));
    }
    if (!isObject(value)) return value;
    const out: JsonObject = {};
    const isEmbedded = schema?.['x-kubernetes-embedded-resource'] === true;
    for (const key of Object.keys(value)) {
      const at = child(path, key);
      if (isEmbedded && metaFields.has(key)) setOwn(out, key, this.#identity(key, value[key], path, at));
      else setOwn(out, key, this.embedded(value[key], propertyOf(schema, key) ?? additionalOf(schema), at));
    }
    return sorted(out);
  }

  #identity(key: string, value: unknown, path: string, at: string): unknown {
    if (key !== 'metadata') {
      if (typeof value === 'string') return value;
      throw new DecodeError(`${at}: Invalid value: ${JSON.stringify(value)}: must be a string`);
    }
    try {
      return this.metadata(value, path);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      throw new DecodeError(`${at}: Invalid value: ${JSON.stringify(value)}: ${error.message}`);
    }
  }
}

/** A null that the schema does not allow says nothing; where there is a default, it asks for that. */
const isUnwantedNull = (value: unknown, schema: Schema | undefined): boolean =>
  value === null && schema !== undefined && schema.nullable !== true && schema.default === undefined;

const child = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

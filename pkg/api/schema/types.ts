/**
 * The schema of a kind, as every derived part sees it: strict decoder, protobuf decoder, OpenAPI, strategic merge,
 * server-side apply. Built-in kinds come from the text tables beside this file, custom kinds are built at run time
 * from a CustomResourceDefinition; nobody downstream can tell the difference.
 */
export type Type = ScalarType | StructType | ListType | MapType;

export interface ScalarType {
  readonly kind:
    | 'string'
    | 'bool'
    | 'int32'
    | 'int64'
    | 'float64'
    /** base64 in JSON, bytes in protobuf */
    | 'bytes'
    /** RFC 3339, whole seconds */
    | 'time'
    /** RFC 3339, exactly six fractional digits */
    | 'microTime'
    | 'duration'
    | 'quantity'
    | 'intOrString'
    /** an embedded object, kept as it came */
    | 'rawExtension'
    /** managed fields, kept as they came */
    | 'fieldsV1'
    /** any JSON, kept as it came */
    | 'json';
}

export interface StructType {
  readonly kind: 'struct';
  /** Go type name with its package's short name, the key of OpenAPI components: `io.k8s.api.core.v1.ServiceSpec`. */
  readonly name: string;
  readonly description: string;
  /** In Go declaration order, which is the order of fields in every JSON we write. */
  readonly fields: readonly Field[];
  readonly byJson: ReadonlyMap<string, Field>;
  readonly byProto: ReadonlyMap<number, Field>;
  /** Owned and replaced as a whole by server-side apply. */
  readonly atomic?: boolean;
  /** Custom kinds: unknown fields are kept instead of pruned. */
  readonly preserveUnknown?: boolean;
}

export interface ListType {
  readonly kind: 'list';
  readonly item: Type;
  /** Server-side apply (M31). `atomic` when nothing is said. */
  readonly list: 'atomic' | 'set' | 'map';
  /** Keys of a `map` list, in schema order. */
  readonly keys: readonly string[];
  /** Strategic merge patch (M20): merge by this key, or `''` for a list of primitives that is merged as a set. */
  readonly mergeKey?: string;
}

export interface MapType {
  readonly kind: 'map';
  readonly value: Type;
  /** Server-side apply replaces the whole map. */
  readonly atomic?: boolean;
}

export interface Field {
  readonly json: string;
  readonly proto: number;
  readonly type: Type;
  /** Go pointer: a written zero is meaningful (M12), and an explicit zero survives the round trip. */
  readonly pointer: boolean;
  /** Zero values are left out of JSON. Without it the zero is written (`"conditions": {}`, `"replicas": 0`). */
  readonly omitEmpty: boolean;
  readonly required: boolean;
  readonly description: string;
  /** patchStrategy contains retainKeys (Pod volumes, Deployment strategy). */
  readonly retainKeys?: boolean;
  /** patchStrategy is replace for a struct or map. */
  readonly replace?: boolean;
  /** Constant default that OpenAPI shows and server-side apply needs for list keys (protocol: TCP). */
  readonly default?: unknown;
  readonly enum?: readonly string[];
  /** oneof-style discriminators and other hints that only OpenAPI shows. */
  readonly immutable?: boolean;
}

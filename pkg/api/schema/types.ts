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
  /** How Go prints the type in errors when it has a name of its own: `v1.Protocol`. */
  readonly goName?: string;
  /**
   * `json` only: a value that is either a schema or something simpler (CustomResourceDefinition). The decoders look
   * inside; for everybody else it stays any JSON.
   */
  readonly either?: Either;
}

/** A schema or a boolean, a schema or a list of schemas, a schema or a list of strings. */
export interface Either {
  readonly other: 'bool' | 'schemas' | 'strings';
  readonly schema: StructType;
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
  /** Go embeds: protobuf keeps a message of its own for fields that JSON has flattened into this struct. */
  readonly inlines?: ReadonlyMap<number, StructType>;
  /** Owned and replaced as a whole by server-side apply. */
  readonly atomic?: boolean;
  /** Custom kinds: unknown fields are kept instead of pruned. */
  readonly preserveUnknown?: boolean;
  /**
   * Custom kinds: reads a whole object in place of the readers of the fields, which know Go's types; a custom object is
   * what its document says, less what its schema does not know. Throws DecodeError when metadata does not fit.
   */
  readonly unstructured?: (value: unknown, report: boolean) => UnstructuredRead;
  /** Custom kinds: the schema as OpenAPI shows it. */
  readonly openApi?: Readonly<Record<string, unknown>>;
}

export interface UnstructuredRead {
  readonly object: Record<string, unknown>;
  readonly problems: readonly string[];
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
  readonly goName?: string;
  /** Protobuf wraps the items in a message (`{1: items}`), as for the values of user info extras. */
  readonly wrapped?: boolean;
}

export interface MapType {
  readonly kind: 'map';
  readonly value: Type;
  /** Server-side apply replaces the whole map. */
  readonly atomic?: boolean;
  readonly goName?: string;
}

export interface Field {
  readonly json: string;
  /** 0 when the field does not travel in protobuf (kind, apiVersion). */
  readonly proto: number;
  /** Names of the Go embeds that hold the field, outermost first; such a field is not in `byProto` but in `inlines`. */
  readonly embeds?: readonly string[];
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

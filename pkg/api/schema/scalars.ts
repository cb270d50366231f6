/** The scalar types of the tables and how Go prints types in its errors. */
import type { Either, ScalarType, StructType, Type } from './types.ts';

const scalars: ReadonlyMap<string, ScalarType> = new Map(
  Object.entries({
    string: { kind: 'string' },
    bool: { kind: 'bool' },
    int32: { kind: 'int32' },
    int64: { kind: 'int64' },
    float64: { kind: 'float64' },
    bytes: { kind: 'bytes' },
    Time: { kind: 'time' },
    MicroTime: { kind: 'microTime' },
    Duration: { kind: 'duration' },
    Quantity: { kind: 'quantity' },
    IntOrString: { kind: 'intOrString' },
    RawExtension: { kind: 'rawExtension' },
    FieldsV1: { kind: 'fieldsV1' },
    UID: { kind: 'string', goName: 'types.UID' },
    JSON: { kind: 'json', goName: 'v1.JSON' },
    any: { kind: 'json', goName: 'interface {}' },
  } satisfies Record<string, ScalarType>),
);

const eithers: ReadonlyMap<string, Either['other']> = new Map([
  ['JSONSchemaPropsOrBool', 'bool'],
  ['JSONSchemaPropsOrArray', 'schemas'],
  ['JSONSchemaPropsOrStringArray', 'strings'],
]);

/** `undefined` when the name is none of ours. `struct` finds the schema of schemas. */
export function scalarNamed(name: string, struct: (name: string) => StructType): ScalarType | undefined {
  const other = eithers.get(name);
  if (other === undefined) return scalars.get(name);
  return { kind: 'json', goName: `v1.${name}`, either: { other, schema: struct('JSONSchemaProps') } };
}

const goNames: Readonly<Record<ScalarType['kind'], string>> = {
  string: 'string',
  bool: 'bool',
  int32: 'int32',
  int64: 'int64',
  float64: 'float64',
  bytes: '[]uint8',
  time: 'v1.Time',
  microTime: 'v1.MicroTime',
  duration: 'v1.Duration',
  quantity: 'resource.Quantity',
  intOrString: 'intstr.IntOrString',
  rawExtension: 'runtime.RawExtension',
  fieldsV1: 'v1.FieldsV1',
  json: 'interface {}',
};

/** A type as Go prints it: `int32`, `v1.Protocol`, `[]v1.ServicePort`, `map[string]string`. */
export function goNameOf(type: Type): string {
  if (type.kind === 'struct') return type.name.split('.').slice(-2).join('.');
  if (type.goName !== undefined) return type.goName;
  if (type.kind === 'list') return `[]${goNameOf(type.item)}`;
  if (type.kind === 'map') return `map[string]${goNameOf(type.value)}`;
  return goNames[type.kind];
}

export { knownKinds, schemaOf, structNamed } from './kinds.ts';
export type { KnownKind } from './kinds.ts';
export type { Either, Field, ListType, MapType, ScalarType, StructType, Type } from './types.ts';

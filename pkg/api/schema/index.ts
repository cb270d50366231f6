export { knownKinds, schemaOf, structNamed } from './kinds.ts';
export type { KnownKind } from './kinds.ts';
export type { Either, Field, ListType, MapType, ScalarType, StructType, Type } from './types.ts';
export { decodeJson } from './decode.ts';
export type { Decoded, DecodeOptions } from './decode.ts';
export { DecodeError } from './decode-error.ts';

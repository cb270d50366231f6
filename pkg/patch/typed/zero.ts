import { decodeJson } from '../../api/schema/index.ts';
import type { StructType, Type } from '../../api/schema/types.ts';
import type { JsonObject } from '../json/json-object.ts';

/** The object of a type before anything is set, the live object of a create (M34): only what is always written. */
export function zeroObject(type: Type): JsonObject {
  if (type.kind !== 'struct') return {};
  const known = zeros.get(type);
  if (known !== undefined) return known;
  const zero = decodeJson(type, {}).object;
  zeros.set(type, zero);
  return zero;
}

/** Types are fixed for the life of a server, and every create asks. */
const zeros = new WeakMap<StructType, JsonObject>();

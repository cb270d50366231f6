/**
 * From JSON.parse to the canonical object: what Go would hold after decoding, as Go would print it again. Fields come
 * in schema order, unknown ones are dropped and reported, zeros go where Go drops them and appear where Go writes
 * them (M6), map keys are sorted, times, quantities and base64 are normalised.
 */
import { DecodeError } from './decode-error.ts';
import { readerOf } from './readers.ts';
import { ReadState } from './read-state.ts';
import type { StructType } from './types.ts';

export interface DecodeOptions {
  /** Collect unknown fields (F1: Warn and Strict). Default true; they are dropped either way. */
  readonly report?: boolean;
  /** The object as it comes back from upstream's storage, which is protobuf: empty lists are null. Default false. */
  readonly asStored?: boolean;
}

export interface Decoded {
  readonly object: Record<string, unknown>;
  /** `unknown field "spec.foo"`, in the order of the document, each once, at most 100. */
  readonly problems: readonly string[];
}

/**
 * Decodes into a new object; values kept as they came (raw extensions, managed fields) are shared with the input.
 * Throws DecodeError with Go's text when a value has the wrong type.
 *
 * Two things JSON.parse has already lost: an integer written as `1.0` or `1e3` is taken, and beyond 2⁵³ it is rounded.
 */
export function decodeJson(type: StructType, value: unknown, options: DecodeOptions = {}): Decoded {
  if (type.unstructured !== undefined) return type.unstructured(value ?? {}, options.report ?? true);
  const state = new ReadState(options.report ?? true, options.asStored);
  const object = value === null ? readerOf(type)({}, state) : readerOf(type)(value, state);
  if (state.failure !== undefined) throw new DecodeError(state.failure);
  return { object: object as Record<string, unknown>, problems: state.problems };
}

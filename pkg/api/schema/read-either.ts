/** Values that are a JSON schema or something simpler. Upstream reads them apart: no strictness inside, errors end all. */
import { DecodeError } from './decode-error.ts';
import { ReadState, wordFor } from './read-state.ts';
import type { Reader } from './readers.ts';
import type { Either, StructType } from './types.ts';

export function readEither(either: Either, readerOf: (type: StructType) => Reader): Reader {
  const read = readerOf(either.schema);
  return (value, state) => {
    if (typeof value === 'object' && !Array.isArray(value)) return apart(state, (inner) => read(value, inner));
    switch (either.other) {
      case 'bool':
        if (typeof value === 'boolean') return value;
        throw new DecodeError('boolean or JSON schema expected');
      case 'schemas':
        if (!Array.isArray(value)) return null;
        return orNull(apart(state, (inner) => readSchemas(value, read, inner)));
      case 'strings':
        if (!Array.isArray(value)) return null;
        return orNull(apart(state, (inner) => readStrings(value, inner)));
    }
  };
}

/** An empty list says nothing, as upstream prints it. */
const orNull = (list: unknown[]): unknown => (list.length === 0 ? null : list);

/** Reads with a state of its own, so that paths start anew, and ends everything on the first error. */
function apart<T>(state: ReadState, read: (inner: ReadState) => T): T {
  const inner = new ReadState(false);
  inner.frames.push(...state.frames.slice(0, state.depth));
  inner.depth = state.depth;
  const value = read(inner);
  if (inner.failure !== undefined) throw new DecodeError(inner.failure);
  return value;
}

function readSchemas(list: readonly unknown[], read: Reader, state: ReadState): unknown[] {
  return list.map((item) => read(item ?? {}, state));
}

function readStrings(list: readonly unknown[], state: ReadState): unknown[] {
  return list.map((item) => {
    if (item === null) return '';
    if (typeof item !== 'string') state.mismatch(wordFor(item), 'string');
    return item;
  });
}

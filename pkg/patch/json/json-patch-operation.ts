/** One step of a JSON patch, and reading a list of them from whatever a client sent. */
import { badRequest } from '../../api/status.ts';
import { isList, isObject, own, type JsonObject } from './json-object.ts';

export interface JsonPatchOperation {
  readonly op: string | undefined;
  readonly path: string | undefined;
  readonly from: string | undefined;
  /** `null` when the operation has none: upstream does not tell the two apart. */
  readonly value: unknown;
  readonly hasValue: boolean;
}

const memberNames = ['op', 'path', 'from', 'value'];

/** The operations of a patch document. Throws 400 with the sentence of Go's decoder. */
export function parseJsonPatch(document: unknown): readonly JsonPatchOperation[] {
  if (document === null) return [];
  if (!isList(document)) throw undecodable(`${goKind(document)} into Go value of type []handlers.jsonPatchOp`);
  return document.map(parseOperation);
}

/** F4: members no operation has, in the words of strict decoding; their order is that of the document. */
export function unknownJsonPatchFields(document: unknown): readonly string[] {
  if (!isList(document)) return [];
  return document.flatMap((operation, index) =>
    isObject(operation)
      ? Object.keys(operation)
          .filter((key) => !memberNames.includes(key))
          .map((key) => `json patch unknown field "[${index}].${key}"`)
      : [],
  );
}

function parseOperation(operation: unknown): JsonPatchOperation {
  if (operation !== null && !isObject(operation)) {
    throw undecodable(`${goKind(operation)} into Go value of type handlers.jsonPatchOp`);
  }
  const members: JsonObject = operation ?? {};
  return {
    op: text(members, 'op'),
    path: text(members, 'path'),
    from: text(members, 'from'),
    value: own(members, 'value') ?? null,
    hasValue: Object.hasOwn(members, 'value'),
  };
}

function text(members: JsonObject, name: string): string | undefined {
  const value = own(members, name);
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw undecodable(`${goKind(value)} into Go struct field jsonPatchOp.${name} of type string`);
}

const undecodable = (what: string) => badRequest(`error decoding patch: json: cannot unmarshal ${what}`);

/** What encoding/json calls a JSON value. */
export function goKind(value: unknown): string {
  if (isList(value)) return 'array';
  if (isObject(value)) return 'object';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : 'number';
}

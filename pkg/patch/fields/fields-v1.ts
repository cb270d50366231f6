/** Field sets as they stand in `metadata.managedFields[].fieldsV1` (M36). */
import { isObject, put, type JsonObject } from '../json/json-object.ts';
import { fieldNode, leaf, noFields, type FieldNode, type FieldSet } from './field-set.ts';
import { compareElements, parseElement, unknownElement } from './path-element.ts';

/** The set that a FieldsV1 object spells. Steps of unknown kinds are dropped. Throws SyntaxError on garbage. */
export function parseFieldsV1(fields: unknown): FieldSet {
  return isEmptyJson(fields) ? noFields : parseChildren(requireObject(fields)).children;
}

interface Children {
  readonly member: boolean;
  readonly children: FieldSet;
}

function parseChildren(fields: JsonObject): Children {
  let member = false;
  const children = new Map<string, FieldNode>();
  for (const text of Object.keys(fields)) {
    if (text === '.') {
      member = true;
      continue;
    }
    const element = parseElement(text);
    if (element !== unknownElement) children.set(element, parseNode(fields[text]));
  }
  return { member, children };
}

/** Nothing below means the path itself is meant. */
function parseNode(fields: unknown): FieldNode {
  if (isEmptyJson(fields)) return leaf;
  const { member, children } = parseChildren(requireObject(fields));
  return fieldNode(member, children) ?? leaf;
}

function isEmptyJson(fields: unknown): boolean {
  if (fields === null || fields === undefined) return true;
  if (typeof fields !== 'object') return false;
  for (const _ of Object.keys(fields)) return false;
  return !Array.isArray(fields);
}

function requireObject(fields: unknown): JsonObject {
  if (isObject(fields)) return fields;
  throw new SyntaxError(`expected an object of fields, got ${typeof fields}`);
}

/** The FieldsV1 object of a set, keys in upstream's order. */
export function formatFieldsV1(set: FieldSet): JsonObject {
  const fields: Record<string, unknown> = {};
  for (const element of sortedElements(set)) {
    const node = set.get(element);
    if (node !== undefined) put(fields, element, formatNode(node));
  }
  return fields;
}

function formatNode({ member, children }: FieldNode): JsonObject {
  const fields = formatFieldsV1(children);
  return member && children.size > 0 ? { '.': {}, ...fields } : fields;
}

/** The first step of every path, in upstream's order. */
export function sortedElements(set: FieldSet): readonly string[] {
  const elements = [...set.keys()];
  return elements.length < 2 ? elements : elements.sort(compareElements);
}

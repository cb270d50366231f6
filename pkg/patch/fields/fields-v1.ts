/** Field sets as they stand in `metadata.managedFields[].fieldsV1` (M36). */
import { isEmptyObject, isObject, put, type JsonObject } from '../json/json-object.ts';
import { fieldNode, leaf, noFields, type FieldNode, type FieldSet } from './field-set.ts';
import { compareElements, parseElement, unknownElement } from './path-element.ts';

/** The set that a FieldsV1 object spells. Steps of unknown kinds are dropped. Throws SyntaxError on garbage. */
export const parseFieldsV1 = (fields: unknown): FieldSet => new FieldsV1Reader().read(fields);

/** Reads one FieldsV1 object, and notes whether writing the set again would give the same text. */
export class FieldsV1Reader {
  isCanonical = true;

  read(fields: unknown): FieldSet {
    return this.#isNothing(fields) ? noFields : this.#children(requireObject(fields)).children;
  }

  #children(fields: JsonObject): { readonly member: boolean; readonly children: FieldSet } {
    let member = false;
    let previous = '';
    const children = new Map<string, FieldNode>();
    for (const text of Object.keys(fields)) {
      if (text === '.') {
        member = true;
        if (previous !== '') this.isCanonical = false;
        continue;
      }
      const element = parseElement(text);
      if (element === unknownElement) {
        this.isCanonical = false;
        continue;
      }
      if (element !== text || (previous !== '' && compareElements(previous, text) >= 0)) this.isCanonical = false;
      previous = text;
      children.set(element, this.#node(fields[text]));
    }
    return { member, children };
  }

  /** Nothing below means the path itself is meant. */
  #node(fields: unknown): FieldNode {
    if (this.#isNothing(fields)) return leaf;
    const { member, children } = this.#children(requireObject(fields));
    if (children.size === 0) this.isCanonical = false;
    return fieldNode(member, children) ?? leaf;
  }

  #isNothing(fields: unknown): boolean {
    if (fields !== null && fields !== undefined) return isObject(fields) && isEmptyObject(fields);
    this.isCanonical = false;
    return true;
  }
}

function requireObject(fields: unknown): JsonObject {
  if (isObject(fields)) return fields;
  throw new SyntaxError(`expected an object of fields, got ${typeof fields}`);
}

/** The FieldsV1 object of a set, keys in upstream's order. */
export function formatFieldsV1(set: FieldSet): JsonObject {
  const fields: Record<string, unknown> = {};
  writeChildren(fields, set);
  return fields;
}

function writeChildren(fields: Record<string, unknown>, set: FieldSet): void {
  for (const element of sortedElements(set)) {
    const node = set.get(element);
    const below: Record<string, unknown> = {};
    if (node !== undefined && node.children.size > 0) {
      if (node.member) put(below, '.', {});
      writeChildren(below, node.children);
    }
    put(fields, element, below);
  }
}

/** The first step of every path, in upstream's order. */
export function sortedElements(set: FieldSet): readonly string[] {
  const elements = [...set.keys()];
  return elements.length < 2 ? elements : elements.sort(compareElements);
}

/**
 * A set of field paths, as a trie. This is what a manager owns: each edge is one path element in its FieldsV1 spelling
 * (`f:spec`, `k:{"port":80,"protocol":"TCP"}`, `v:"x"`, `i:0`), each node says whether the path up to it is a member.
 * Sets are immutable and share structure; no node is without both members and children.
 */
export type FieldSet = ReadonlyMap<string, FieldNode>;

export interface FieldNode {
  readonly member: boolean;
  readonly children: FieldSet;
}

export const noFields: FieldSet = new Map();

/** A member without children, which most are. */
export const leaf: FieldNode = { member: true, children: noFields };

/** The node for what is known of a path; `undefined` when there is nothing to say. */
export function fieldNode(member: boolean, children: FieldSet): FieldNode | undefined {
  if (children.size > 0) return { member, children };
  return member ? leaf : undefined;
}

/** The set of the given paths, each a list of plain field names: `fieldSet(['status'], ['metadata', 'labels'])`. */
export function fieldSet(...paths: readonly (readonly string[])[]): FieldSet {
  let set = noFields;
  for (const path of paths) set = union(set, pathSet(path.map((name) => `f:${name}`)));
  return set;
}

/** The set whose only member is the path of these elements. */
export function pathSet(elements: readonly string[]): FieldSet {
  let node = leaf;
  for (const element of elements.toReversed().slice(0, -1))
    node = { member: false, children: new Map([[element, node]]) };
  const first = elements[0];
  return first === undefined ? noFields : new Map([[first, node]]);
}

/** The children of the node under `element`; empty when there is none. */
export const below = (set: FieldSet, element: string): FieldSet => set.get(element)?.children ?? noFields;

/** Members of either. */
export function union(left: FieldSet, right: FieldSet): FieldSet {
  if (left === right || right.size === 0) return left;
  if (left.size === 0) return right;
  let merged: Map<string, FieldNode> | undefined;
  for (const [element, node] of right) {
    const known = left.get(element);
    const joined = known === undefined ? node : joinNodes(known, node);
    if (joined !== known) (merged ??= new Map(left)).set(element, joined);
  }
  return merged ?? left;
}

function joinNodes(left: FieldNode, right: FieldNode): FieldNode {
  const member = left.member || right.member;
  const children = union(left.children, right.children);
  return member === left.member && children === left.children ? left : (fieldNode(member, children) ?? left);
}

/** Members of both. */
export function intersection(left: FieldSet, right: FieldSet): FieldSet {
  if (left === right) return left;
  const common = new Map<string, FieldNode>();
  for (const [element, node] of left) {
    const other = right.get(element);
    if (other === undefined) continue;
    const node2 = fieldNode(node.member && other.member, intersection(node.children, other.children));
    if (node2 !== undefined) common.set(element, node2);
  }
  return common;
}

/** Members of the left that are not members of the right. Children of a removed member stay. */
export const difference = (left: FieldSet, right: FieldSet): FieldSet => subtract(left, right, false);

/** The same, but a member of the right takes everything below it along. */
export const differenceWithChildren = (left: FieldSet, right: FieldSet): FieldSet => subtract(left, right, true);

function subtract(left: FieldSet, right: FieldSet, withChildren: boolean): FieldSet {
  if (left.size === 0 || right.size === 0) return left;
  let rest: Map<string, FieldNode> | undefined;
  for (const [element, taken] of right) {
    const node = left.get(element);
    if (node === undefined) continue;
    const remaining = subtractNode(node, taken, withChildren);
    if (remaining === node) continue;
    rest ??= new Map(left);
    if (remaining === undefined) rest.delete(element);
    else rest.set(element, remaining);
  }
  return rest ?? left;
}

function subtractNode(node: FieldNode, taken: FieldNode, withChildren: boolean): FieldNode | undefined {
  if (taken.member && withChildren) return undefined;
  const member = node.member && !taken.member;
  const children = subtract(node.children, taken.children, withChildren);
  return member === node.member && children === node.children ? node : fieldNode(member, children);
}

/** Whether both have the same members. */
export function sameFields(left: FieldSet, right: FieldSet): boolean {
  if (left === right) return true;
  if (left.size !== right.size) return false;
  for (const [element, node] of left) {
    const other = right.get(element);
    if (other?.member !== node.member || !sameFields(node.children, other.children)) return false;
  }
  return true;
}

/** Whether every member of the left is one of the right. */
export function isSubset(left: FieldSet, right: FieldSet): boolean {
  if (left === right) return true;
  for (const [element, node] of left) {
    const other = right.get(element);
    if (other === undefined || (node.member && !other.member)) return false;
    if (!isSubset(node.children, other.children)) return false;
  }
  return true;
}

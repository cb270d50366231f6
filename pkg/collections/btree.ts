/**
 * The nodes under OrderedMap: a B+ tree whose nodes know their owner. A writer changes a node in place when it owns
 * it and copies it first when a snapshot may still see it, so a snapshot costs nothing and a write after one copies a
 * single path from root to leaf.
 *
 * Every key of `children[i]` is < `separators[i]` and every key of `children[i + 1]` is >= `separators[i]`.
 */

/** Entries, ascending by key. */
export interface Leaf<V> {
  readonly owner: Owner;
  readonly keys: string[];
  readonly values: V[];
}

/** A node above the leaves. */
export interface Branch<V> {
  readonly owner: Owner;
  readonly separators: string[];
  readonly children: TreeNode<V>[];
  /** Entries in all leaves below, for counting without walking. */
  size: number;
}

/** Either kind of node; all leaves are at one depth. */
export type TreeNode<V> = Leaf<V> | Branch<V>;

/** Identity of a writer between two snapshots. Holds nothing; only compared. */
export type Owner = object;

/** Entries in a leaf and children in a branch. 32 and 64 measure alike; 16 is slower. */
export const MAX_WIDTH = 32;
const MIN_WIDTH = MAX_WIDTH / 4;

/** What an edit reports beside the new node; one per map, reused so that a write allocates nothing. */
export interface Edit<V> {
  owner: Owner;
  /** The value that stood under the key. */
  previous: V | undefined;
  found: boolean;
  /** Set when the edited node was split: the new right sibling and the smallest key that goes there. */
  right: TreeNode<V> | undefined;
  separator: string;
}

/** An empty leaf of that owner. */
export function emptyLeaf<V>(owner: Owner): Leaf<V> {
  return { owner, keys: [], values: [] };
}

/** Whether the node has children instead of values. */
export function isBranch<V>(node: TreeNode<V>): node is Branch<V> {
  return 'children' in node;
}

/** Entries below the node. */
export function sizeOf<V>(node: TreeNode<V>): number {
  return isBranch(node) ? node.size : node.keys.length;
}

/** How many of the ascending keys are < key: the index where it stands or would stand. */
export function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (at(keys, middle) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The child of a branch under which the key stands or would stand. */
export function childIndex(separators: readonly string[], key: string): number {
  const index = lowerBound(separators, key);
  return separators[index] === key ? index + 1 : index;
}

/** Puts the value under the key and returns the node to use from now on; `edit` says what was there and what split. */
export function insert<V>(node: TreeNode<V>, key: string, value: V, edit: Edit<V>): TreeNode<V> {
  return isBranch(node) ? insertBelow(node, key, value, edit) : insertHere(node, key, value, edit);
}

/** Takes the key out and returns the node to use from now on; it may be too thin, which is its parent's business. */
export function remove<V>(node: TreeNode<V>, key: string, edit: Edit<V>): TreeNode<V> {
  return isBranch(node) ? removeBelow(node, key, edit) : removeHere(node, key, edit);
}

function insertHere<V>(node: Leaf<V>, key: string, value: V, edit: Edit<V>): Leaf<V> {
  const index = lowerBound(node.keys, key);
  const leaf = ownLeaf(node, edit.owner);
  edit.found = leaf.keys[index] === key;
  edit.right = undefined;
  if (edit.found) {
    edit.previous = leaf.values[index];
    leaf.values[index] = value;
    return leaf;
  }
  edit.previous = undefined;
  leaf.keys.splice(index, 0, key);
  leaf.values.splice(index, 0, value);
  if (leaf.keys.length > MAX_WIDTH) {
    const from = splitPoint(index, leaf.keys.length);
    edit.right = { owner: edit.owner, keys: leaf.keys.splice(from), values: leaf.values.splice(from) };
    edit.separator = at(edit.right.keys, 0);
  }
  return leaf;
}

function insertBelow<V>(node: Branch<V>, key: string, value: V, edit: Edit<V>): Branch<V> {
  const index = childIndex(node.separators, key);
  const branch = ownBranch(node, edit.owner);
  branch.children[index] = insert(at(branch.children, index), key, value, edit);
  if (!edit.found) branch.size += 1;
  if (edit.right === undefined) return branch;

  branch.separators.splice(index, 0, edit.separator);
  branch.children.splice(index + 1, 0, edit.right);
  edit.right = undefined;
  if (branch.children.length > MAX_WIDTH) {
    const from = splitPoint(index + 1, branch.children.length);
    const children = branch.children.splice(from);
    const separators = branch.separators.splice(from);
    edit.separator = branch.separators.pop() ?? '';
    edit.right = { owner: edit.owner, separators, children, size: total(children) };
    branch.size -= edit.right.size;
  }
  return branch;
}

/** In the middle, except that keys arriving in order leave full nodes behind them. */
function splitPoint(insertedAt: number, width: number): number {
  return insertedAt === width - 1 ? width - 1 : width >>> 1;
}

function removeHere<V>(node: Leaf<V>, key: string, edit: Edit<V>): Leaf<V> {
  const index = lowerBound(node.keys, key);
  edit.found = node.keys[index] === key;
  edit.previous = edit.found ? node.values[index] : undefined;
  if (!edit.found) return node;
  const leaf = ownLeaf(node, edit.owner);
  leaf.keys.splice(index, 1);
  leaf.values.splice(index, 1);
  return leaf;
}

function removeBelow<V>(node: Branch<V>, key: string, edit: Edit<V>): Branch<V> {
  const index = childIndex(node.separators, key);
  const child = remove(at(node.children, index), key, edit);
  if (!edit.found) return node;
  const branch = ownBranch(node, edit.owner);
  branch.children[index] = child;
  branch.size -= 1;
  if (widthOf(child) < MIN_WIDTH && branch.children.length > 1) feed(branch, index, edit.owner);
  return branch;
}

/** Gives a thin child a neighbour's entries: one node when both fit, else two of equal width. */
function feed<V>(parent: Branch<V>, index: number, owner: Owner): void {
  const leftIndex = index === 0 ? 0 : index - 1;
  const left = at(parent.children, leftIndex);
  const right = at(parent.children, leftIndex + 1);
  const joined = join(left, right, at(parent.separators, leftIndex), owner);
  if (widthOf(joined) <= MAX_WIDTH) {
    parent.children.splice(leftIndex, 2, joined);
    parent.separators.splice(leftIndex, 1);
    return;
  }
  const [first, second, separator] = halve(joined, owner);
  parent.children.splice(leftIndex, 2, first, second);
  parent.separators[leftIndex] = separator;
}

function join<V>(left: TreeNode<V>, right: TreeNode<V>, separator: string, owner: Owner): TreeNode<V> {
  if (isBranch(left) && isBranch(right)) {
    const separators = [...left.separators, separator, ...right.separators];
    return { owner, separators, children: [...left.children, ...right.children], size: left.size + right.size };
  }
  if (isBranch(left) || isBranch(right)) throw new Error('siblings of a B+ tree have one height');
  return { owner, keys: [...left.keys, ...right.keys], values: [...left.values, ...right.values] };
}

function halve<V>(node: TreeNode<V>, owner: Owner): [TreeNode<V>, TreeNode<V>, string] {
  const half = widthOf(node) >>> 1;
  if (isBranch(node)) {
    const [first, second] = [node.children.slice(0, half), node.children.slice(half)];
    return [
      { owner, separators: node.separators.slice(0, half - 1), children: first, size: total(first) },
      { owner, separators: node.separators.slice(half), children: second, size: total(second) },
      at(node.separators, half - 1),
    ];
  }
  return [
    { owner, keys: node.keys.slice(0, half), values: node.values.slice(0, half) },
    { owner, keys: node.keys.slice(half), values: node.values.slice(half) },
    at(node.keys, half),
  ];
}

function ownLeaf<V>(node: Leaf<V>, owner: Owner): Leaf<V> {
  return node.owner === owner ? node : { owner, keys: node.keys.slice(), values: node.values.slice() };
}

function ownBranch<V>(node: Branch<V>, owner: Owner): Branch<V> {
  if (node.owner === owner) return node;
  return { owner, separators: node.separators.slice(), children: node.children.slice(), size: node.size };
}

function widthOf<V>(node: TreeNode<V>): number {
  return isBranch(node) ? node.children.length : node.keys.length;
}

function total<V>(nodes: readonly TreeNode<V>[]): number {
  let sum = 0;
  for (const node of nodes) sum += sizeOf(node);
  return sum;
}

/** An element that is known to exist. */
export function at<T>(list: readonly T[], index: number): T {
  return list[index] as T;
}

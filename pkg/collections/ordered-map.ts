import type { Edit, Owner, TreeNode } from './btree.ts';
import { at, childIndex, emptyLeaf, insert, isBranch, lowerBound, remove, sizeOf } from './btree.ts';

/** What can be read from an OrderedMap and from each of its snapshots. */
export interface ReadonlyOrderedMap<V> extends Iterable<[string, V]> {
  readonly size: number;
  get(key: string): V | undefined;
  has(key: string): boolean;
  /**
   * Entries in key order, those at or after `from` (default: the first) whose key starts with `prefix` (default: all).
   * The entries are those of the moment of the call: writes during the walk are not seen.
   */
  iterate(from?: string, prefix?: string): IterableIterator<[string, V]>;
  /** How many entries `iterate(from, prefix)` would give; O(log n). */
  countPrefix(prefix: string, from?: string): number;
}

/**
 * A map from string to value in key order, with O(log n) reads and writes and O(1) snapshots. Snapshots share
 * structure: a write after one copies a few short arrays, whatever the size.
 *
 * Keys compare by UTF-16 code unit (JavaScript's `<`), never by locale. That is the byte order of their UTF-8 form
 * unless one of two keys has a character above U+FFFF where the other has one from U+E000 to U+FFFF; the keys of
 * Kubernetes objects hold neither.
 */
export class OrderedMap<V> implements ReadonlyOrderedMap<V> {
  #root: TreeNode<V>;
  readonly #edit: Edit<V>;

  /** From a snapshot in O(1), as the new map shares its structure. */
  constructor(entries: Iterable<readonly [string, V]> = []) {
    const owner: Owner = {};
    this.#edit = { owner, previous: undefined, found: false, right: undefined, separator: '' };
    if (entries instanceof Snapshot) {
      this.#root = (entries as Snapshot<V>).root;
      return;
    }
    this.#root = emptyLeaf(owner);
    for (const [key, value] of entries) this.set(key, value);
  }

  get size(): number {
    return sizeOf(this.#root);
  }

  get(key: string): V | undefined {
    return find(this.#root, key, undefined);
  }

  has(key: string): boolean {
    return find<V | typeof absent>(this.#root, key, absent) !== absent;
  }

  /** Returns the value it replaces, if any. */
  set(key: string, value: V): V | undefined {
    const edit = this.#edit;
    const root = insert(this.#root, key, value, edit);
    if (edit.right === undefined) {
      this.#root = root;
    } else {
      const children = [root, edit.right];
      const size = sizeOf(root) + sizeOf(edit.right);
      this.#root = { owner: edit.owner, separators: [edit.separator], children, size };
    }
    return this.#forget();
  }

  /** Returns the value it takes out, if any. */
  delete(key: string): V | undefined {
    this.#root = remove(this.#root, key, this.#edit);
    while (isBranch(this.#root) && this.#root.children.length === 1) this.#root = at(this.#root.children, 0);
    return this.#forget();
  }

  /** The map as it is now, for ever; O(1). */
  snapshot(): ReadonlyOrderedMap<V> {
    this.#edit.owner = {};
    return new Snapshot(this.#root);
  }

  iterate(from = '', prefix = ''): IterableIterator<[string, V]> {
    this.#edit.owner = {};
    return walk(this.#root, from, prefix);
  }

  [Symbol.iterator](): IterableIterator<[string, V]> {
    return this.iterate();
  }

  countPrefix(prefix: string, from = ''): number {
    return count(this.#root, prefix, from);
  }

  /** The edit record outlives the call and must not keep values alive. */
  #forget(): V | undefined {
    const { previous } = this.#edit;
    this.#edit.previous = undefined;
    this.#edit.right = undefined;
    return previous;
  }
}

class Snapshot<V> implements ReadonlyOrderedMap<V> {
  readonly root: TreeNode<V>;

  constructor(root: TreeNode<V>) {
    this.root = root;
  }

  get size(): number {
    return sizeOf(this.root);
  }

  get(key: string): V | undefined {
    return find(this.root, key, undefined);
  }

  has(key: string): boolean {
    return find<V | typeof absent>(this.root, key, absent) !== absent;
  }

  iterate(from = '', prefix = ''): IterableIterator<[string, V]> {
    return walk(this.root, from, prefix);
  }

  [Symbol.iterator](): IterableIterator<[string, V]> {
    return this.iterate();
  }

  countPrefix(prefix: string, from = ''): number {
    return count(this.root, prefix, from);
  }
}

const absent = Symbol('absent');

function find<V>(root: TreeNode<V>, key: string, otherwise: V | undefined): V | undefined {
  let node = root;
  while (isBranch(node)) node = at(node.children, childIndex(node.separators, key));
  const index = lowerBound(node.keys, key);
  return node.keys[index] === key ? node.values[index] : otherwise;
}

/** Leaf by leaf, with the way back to the root on a stack; a leaf whose last key has the prefix needs no more checks. */
function* walk<V>(root: TreeNode<V>, from: string, prefix: string): Generator<[string, V], undefined> {
  const start = from > prefix ? from : prefix;
  const path: { node: TreeNode<V> & { children: unknown }; next: number }[] = [];
  let node: TreeNode<V> | undefined = root;
  let seeking = true;
  while (node !== undefined) {
    while (isBranch(node)) {
      const index: number = seeking ? childIndex(node.separators, start) : 0;
      path.push({ node, next: index + 1 });
      node = at(node.children, index);
    }
    const { keys, values } = node;
    const last = keys.at(-1);
    const allMatch = last === undefined || last.startsWith(prefix);
    for (let index = seeking ? lowerBound(keys, start) : 0; index < keys.length; index += 1) {
      const key = at(keys, index);
      if (!allMatch && !key.startsWith(prefix)) return;
      yield [key, at(values, index)];
    }
    seeking = false;
    node = nextSubtree(path);
  }
}

function nextSubtree<V>(path: { node: TreeNode<V>; next: number }[]): TreeNode<V> | undefined {
  for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
    if (isBranch(step.node) && step.next < step.node.children.length) {
      step.next += 1;
      return step.node.children[step.next - 1];
    }
    path.pop();
  }
  return undefined;
}

function count<V>(root: TreeNode<V>, prefix: string, from: string): number {
  const start = from > prefix ? from : prefix;
  if (!start.startsWith(prefix)) return 0;
  const upToPrefix = rank(root, (key) => key < prefix || key.startsWith(prefix));
  return upToPrefix - rank(root, (key) => key < start);
}

/** How many entries pass a test that all keys up to some point pass and no later one does. */
function rank<V>(root: TreeNode<V>, passes: (key: string) => boolean): number {
  let node = root;
  let before = 0;
  while (isBranch(node)) {
    const index = boundary(node.separators, passes);
    for (let child = 0; child < index; child += 1) before += sizeOf(at(node.children, child));
    node = at(node.children, index);
  }
  return before + boundary(node.keys, passes);
}

function boundary(keys: readonly string[], passes: (key: string) => boolean): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (passes(at(keys, middle))) low = middle + 1;
    else high = middle;
  }
  return low;
}

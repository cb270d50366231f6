/**
 * The document a JSON patch works on. A container is copied the first time it is written and then changed in place,
 * so ten thousand operations on a large list cost what they cost in place, and the input stays as it was.
 */
import { isList, isObject, put } from './json-object.ts';

export type Container = Record<string, unknown> | unknown[];

export const isContainer = (value: unknown): value is Container => isObject(value) || isList(value);

export class JsonPatchDocument {
  root: Container;
  /** Containers made here, which nobody else can see. */
  readonly #mine = new Set<object>();

  constructor(root: Container) {
    this.root = root;
  }

  /** The container that `tokens` lead to, for reading; `undefined` if a step is missing, null or a scalar. */
  read(tokens: readonly string[]): Container | undefined {
    let container = this.root;
    for (const token of tokens) {
      const next = peek(container, token);
      if (!isContainer(next)) return undefined;
      container = next;
    }
    return container;
  }

  /** The same container, for writing. */
  write(tokens: readonly string[]): Container | undefined {
    let container = (this.root = this.#owned(this.root));
    for (const token of tokens) {
      const next = peek(container, token);
      if (!isContainer(next)) return undefined;
      const owned = this.#owned(next);
      if (owned !== next) store(container, token, owned);
      container = owned;
    }
    return container;
  }

  #owned(container: Container): Container {
    if (this.#mine.has(container)) return container;
    const copy = Array.isArray(container) ? [...container] : { ...container };
    this.#mine.add(copy);
    return copy;
  }
}

/** The member under `token`; `undefined` when there is none, whatever the reason. */
export function peek(container: Container, token: string): unknown {
  if (!Array.isArray(container)) return Object.hasOwn(container, token) ? container[token] : undefined;
  const index = parseIndex(token);
  if (index === undefined) return undefined;
  return container[index < 0 ? index + container.length : index];
}

/** Replaces an existing member. */
export function store(container: Container, token: string, value: unknown): void {
  if (!Array.isArray(container)) return put(container, token, value);
  const index = parseIndex(token) ?? 0;
  container[index < 0 ? index + container.length : index] = value;
}

/** Go's Atoi: an optional sign and digits. Beyond 2⁵³ the value is off, and far out of any list anyway. */
export function parseIndex(token: string): number | undefined {
  return /^[+-]?\d+$/.test(token) ? Number(token) : undefined;
}

/**
 * JSON patch (RFC 6902) as kube-apiserver applies it.
 *
 * Written by hand and not with fast-json-patch, because the server's library departs from the RFC in ways clients
 * rely on and the npm library cannot be told: negative list indexes count from the end, `replace` of a missing key adds
 * it, `copy` of a missing key adds null, `test` of a missing key against null passes, `add` without a value adds null.
 * fast-json-patch also refuses every path with `__proto__`, an ordinary key here (S35), or told not to loses the value.
 */
import { failure, type StatusError } from '../../api/status.ts';
import { doesNotApply } from './errors.ts';
import { goJson, utf8Length } from './go-json.ts';
import { jsonEqual } from './json-equal.ts';
import { isContainer, JsonPatchDocument, parseIndex, peek, store, type Container } from './json-patch-document.ts';
import { parseJsonPatch, type JsonPatchOperation } from './json-patch-operation.ts';
import { isList, put } from './json-object.ts';
import { maxNesting, nestsDeeperThan } from './nesting.ts';
import { parsePointer } from './json-pointer.ts';

/** S29, SV8. */
export const maxJsonPatchOperations = 10_000;
export const maxCopiedBytes = 3 * 1024 * 1024;

/**
 * The document after all operations. Throws a StatusError: 400 for a patch that is none, 413 for too many operations,
 * 422 for one that does not apply. Nothing is half applied and the input is left alone.
 */
export function applyJsonPatch(document: unknown, operations: unknown): unknown {
  const steps = parseJsonPatch(operations);
  if (steps.length > maxJsonPatchOperations) throw tooManyOperations(steps.length);
  if (!isContainer(document)) throw doesNotApply('the document is neither an object nor a list');
  const run = new JsonPatchRun(document);
  for (const step of steps) run.step(step);
  if (nestsDeeperThan(run.document.root, maxNesting)) throw tooDeep();
  return run.document.root;
}

const tooManyOperations = (count: number): StatusError =>
  failure(
    413,
    'RequestEntityTooLarge',
    `Request entity too large: The allowed maximum operations in a JSON patch is ${maxJsonPatchOperations}, got ${count}`,
  );

const tooDeep = (): StatusError => doesNotApply('exceeded max depth');

class JsonPatchRun {
  readonly document: JsonPatchDocument;
  #copiedBytes = 0;

  constructor(document: Container) {
    this.document = new JsonPatchDocument(document);
  }

  step(operation: JsonPatchOperation): void {
    const op = operation.op ?? 'unknown';
    switch (op) {
      case 'add':
        return this.#add(operation);
      case 'remove':
        return this.#remove(operation);
      case 'replace':
        return this.#replace(operation);
      case 'move':
        return this.#move(operation);
      case 'copy':
        return this.#copy(operation);
      case 'test':
        return this.#test(operation);
      default:
        throw doesNotApply(`Unexpected kind: ${op}`);
    }
  }

  #add({ path, value }: JsonPatchOperation): void {
    if (path === undefined) throw missing('add operation failed to decode path');
    const at = this.#target(path) ?? fail(`add operation does not apply: doc is missing path: "${path}"`);
    insert(at, value, `error in add for path: '${path}'`);
  }

  #remove({ path }: JsonPatchOperation): void {
    if (path === undefined) throw missing('remove operation failed to decode path');
    const at = this.#target(path) ?? fail(`remove operation does not apply: doc is missing path: "${path}"`);
    take(at, `error in remove for path: '${path}'`);
  }

  #replace({ path, value }: JsonPatchOperation): void {
    if (path === undefined) throw noPath('replace');
    if (path === '') {
      if (!isContainer(value)) throw doesNotApply('replace operation value must be object or array: %!w(<nil>)');
      this.document.root = value;
      return;
    }
    const at = this.#target(path) ?? fail(`replace operation does not apply: doc is missing path: ${path}`);
    if (isList(at.container)) {
      const index = position(at.key, at.container.length);
      if (typeof index === 'string') throw missing(`replace operation does not apply: doc is missing key: ${path}`);
    }
    store(at.container, at.key, value);
  }

  #move({ from, path }: JsonPatchOperation): void {
    if (from === undefined) throw noFrom('move');
    const source = this.#target(from) ?? fail(`move operation does not apply: doc is missing from path: ${from}`);
    const value = take(source, `error in move for path: '${source.key}'`);
    if (path === undefined) throw noPath('move');
    const at = this.#target(path) ?? fail(`move operation does not apply: doc is missing destination path: ${path}`);
    insert(at, value, `error in move for path: '${path}'`);
  }

  #copy({ from, path }: JsonPatchOperation): void {
    if (from === undefined) throw noFrom('copy');
    const value = this.#look(from, 'copy operation does not apply: doc is missing from path', 'error in copy for from');
    if (path === undefined) throw missing('copy operation failed to decode path');
    const at = this.#target(path) ?? fail(`copy operation does not apply: doc is missing destination path: ${path}`);
    if (value !== undefined && value !== null) this.#count(value);
    insert(at, clone(value ?? null), 'error while adding value during copy');
  }

  /**
   * Compares values. Upstream compares the spelling of scalars, so that 1 and 1.0, or `<` and its escape, differ there;
   * nobody can want that, and after parsing it cannot be told any more.
   */
  #test({ path, value, hasValue }: JsonPatchOperation): void {
    if (path === undefined) throw noPath('test');
    const found =
      path === ''
        ? this.document.root
        : (this.#look(path, 'test operation does not apply: is missing path', 'error in test for path') ?? null);
    if (!jsonEqual(found, value) || (!hasValue && found !== null)) {
      throw doesNotApply(`testing value ${path} failed: test failed`);
    }
  }

  /** Reads one value; a missing object key is `undefined`, a missing list index an error. */
  #look(path: string, noContainer: string, noIndex: string): unknown {
    const tokens = parsePointer(path);
    const container = tokens === undefined ? undefined : this.document.read(tokens.slice(0, -1));
    if (tokens === undefined || container === undefined) throw missing(`${noContainer}: ${path}`);
    const key = tokens.at(-1) ?? '';
    if (isList(container)) {
      const index = position(key, container.length);
      if (typeof index === 'string') throw doesNotApply(`${noIndex}: '${path}': ${index}`);
    }
    return peek(container, key);
  }

  #target(path: string): Place | undefined {
    const tokens = parsePointer(path);
    const container = tokens === undefined ? undefined : this.document.write(tokens.slice(0, -1));
    return container === undefined ? undefined : { container, key: tokens?.at(-1) ?? '' };
  }

  #count(value: unknown): void {
    if (nestsDeeperThan(value, maxNesting)) throw tooDeep();
    this.#copiedBytes += utf8Length(goJson(value));
    if (this.#copiedBytes > maxCopiedBytes) {
      throw doesNotApply(
        `Unable to complete the copy, the accumulated size increase of copy is ${this.#copiedBytes}, exceeding the limit ${maxCopiedBytes}`,
      );
    }
  }
}

interface Place {
  readonly container: Container;
  readonly key: string;
}

function insert({ container, key }: Place, value: unknown, context: string): void {
  if (!Array.isArray(container)) return put(container, key, value);
  if (key === '-') {
    container.push(value);
    return;
  }
  const index = position(key, container.length + 1);
  if (typeof index === 'string') {
    const why = parseIndex(key) === undefined ? `value was not a proper array index: '${key}': ${index}` : index;
    throw doesNotApply(`${context}: ${why}`);
  }
  container.splice(index, 0, value);
}

function take({ container, key }: Place, context: string): unknown {
  if (!Array.isArray(container)) {
    if (!Object.hasOwn(container, key)) throw missing(`${context}: Unable to remove nonexistent key: ${key}`);
    const value = container[key];
    delete container[key];
    return value;
  }
  const index = position(key, container.length);
  if (typeof index === 'string') throw doesNotApply(`${context}: ${index}`);
  return container.splice(index, 1)[0];
}

/** Where `key` points in a list of `length`; negative counts from the end. A string says what is wrong. */
function position(key: string, length: number): number | string {
  const index = parseIndex(key);
  if (index === undefined) return `strconv.Atoi: parsing "${key}": invalid syntax`;
  if (index >= length || index < -length) return `Unable to access invalid index: ${index}: invalid index referenced`;
  return index < 0 ? index + length : index;
}

/** A copy may be written in one place and not in the other. */
function clone(value: unknown): unknown {
  if (isList(value)) return value.map(clone);
  if (!isContainer(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) put(copy, key, clone(peek(value, key)));
  return copy;
}

const missing = (what: string): StatusError => doesNotApply(`${what}: missing value`);
const noPath = (op: string): StatusError =>
  missing(`${op} operation failed to decode path: operation missing path field`);
const noFrom = (op: string): StatusError =>
  missing(`${op} operation failed to decode from: operation, missing from field`);

function fail(what: string): never {
  throw missing(what);
}

/**
 * The keys of one JSON object while its text is scanned. Few keys are compared by hash, one with another; from some
 * number on a Set takes over, so that no object is quadratic. One ring serves all objects of a depth, in turn.
 */
const FEW = 12;
const BACKSLASH = 0x5c;

export class KeyRing {
  readonly #hashes: number[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  #many: Set<string> | undefined;
  #lastStart = 0;
  #lastEnd = 0;
  size = 0;

  clear(): void {
    this.size = 0;
    this.#many = undefined;
  }

  /** Takes the key between two positions; true when it has been here before. */
  add(text: string, from: number, to: number): boolean {
    const before = this.size;
    this.size += 1;
    this.#lastStart = from;
    this.#lastEnd = to;
    if (this.#many === undefined && before < FEW) {
      const hash = hashOf(text, from, to);
      if (hash !== undefined) return this.#addHash(text, from, to, hash, before);
    }
    // An escape sends the whole object to the Set: hashes are of the text as written.
    this.#many ??= this.#all(text, before);
    const key = keyAt(text, from, to);
    if (this.#many.has(key)) return true;
    this.#many.add(key);
    return false;
  }

  /** The key that was added last. */
  last(text: string): string {
    return keyAt(text, this.#lastStart, this.#lastEnd);
  }

  #addHash(text: string, from: number, to: number, hash: number, index: number): boolean {
    this.#hashes[index] = hash;
    this.#starts[index] = from;
    this.#ends[index] = to;
    for (let at = 0; at < index; at++) {
      if (this.#hashes[at] === hash && text.slice(this.#starts[at], this.#ends[at]) === text.slice(from, to))
        return true;
    }
    return false;
  }

  #all(text: string, count: number): Set<string> {
    const keys = new Set<string>();
    for (let at = 0; at < count; at++) keys.add(keyAt(text, this.#starts[at] ?? 0, this.#ends[at] ?? 0));
    return keys;
  }
}

/** `undefined` when the key holds an escape. */
function hashOf(text: string, from: number, to: number): number | undefined {
  let hash = 0;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) return undefined;
    hash = (Math.imul(hash, 31) + code) | 0;
  }
  return hash;
}

function keyAt(text: string, from: number, to: number): string {
  const raw = text.slice(from, to);
  if (!raw.includes('\\')) return raw;
  try {
    return (JSON.parse(`"${raw}"`) as string).toWellFormed();
  } catch {
    return raw;
  }
}

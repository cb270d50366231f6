/**
 * Reads a list of any size without ever holding it as one string (D8, IN43). The bytes of each element of the top
 * level `items` array come out as soon as they are complete; what stands around the array (kind, metadata) is kept
 * and given at the end.
 *
 * 1. Around the array every byte is kept. A string at depth 1 that reads `items`, followed by `:` and `[`, opens it.
 * 2. In the array only three things matter: quotes (inside them nothing counts), brackets (depth), and commas at
 *    depth 0, which end an element.
 * 3. The bracket that closes the array goes back to 1.
 */
const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

const itemsKey = Buffer.from('"items"');

export class ItemsSplitter {
  #inItems = false;
  #seenItems = false;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** Bytes outside the array. */
  readonly #around: Buffer[] = [];
  /** Parts of an element that began in an earlier chunk. */
  #element: Buffer[] = [];
  /** The string token under way or just ended at depth 1, and whether a colon followed it. */
  #token: number[] = [];
  #key: 'none' | 'items' | 'items:' = 'none';

  /** The elements that this chunk completes. */
  push(bytes: Uint8Array): Buffer[] {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const done: Buffer[] = [];
    for (let at = 0; at < chunk.length;)
      at = this.#inItems ? this.#scanItems(chunk, at, done) : this.#scanAround(chunk, at);
    return done;
  }

  /** The list without its items, as JSON text. */
  finish(): string {
    return Buffer.concat(this.#around).toString('utf8');
  }

  /** Cuts elements until the array or the chunk ends; gives the place behind. All state is local: this is the hot loop. */
  #scanItems(chunk: Buffer, from: number, done: Buffer[]): number {
    let depth = this.#depth;
    let inString = this.#inString;
    let escaped = this.#escaped;
    let start = from;
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === backslash) escaped = true;
        else if (byte === quote) inString = false;
      } else if (byte === quote) inString = true;
      else if (byte === openBrace || byte === openBracket) depth += 1;
      else if (depth > 0) {
        if (byte === closeBrace || byte === closeBracket) depth -= 1;
      } else if (byte === comma || byte === closeBracket) {
        this.#endElement(chunk.subarray(start, at), done);
        start = at + 1;
        if (byte === closeBracket) {
          this.#inItems = false;
          this.#depth = 2;
          return at;
        }
      }
    }
    this.#depth = depth;
    this.#inString = inString;
    this.#escaped = escaped;
    if (start < chunk.length) this.#element.push(chunk.subarray(start));
    return chunk.length;
  }

  #endElement(tail: Buffer, done: Buffer[]): void {
    const element = this.#element.length === 0 ? tail : Buffer.concat([...this.#element, tail]);
    this.#element = [];
    if (element.some((byte) => byte > 0x20)) done.push(element);
  }

  /** Keeps bytes until the array opens or the chunk ends; gives the place behind. */
  #scanAround(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (this.#inString) this.#insideString(byte);
      else if (this.#opensItems(byte)) {
        this.#around.push(chunk.subarray(from, at + 1));
        this.#inItems = true;
        this.#seenItems = true;
        this.#depth = 0;
        return at + 1;
      }
    }
    this.#around.push(chunk.subarray(from));
    return chunk.length;
  }

  /** Handles a byte around the array; true when it opens the array. */
  #opensItems(byte: number): boolean {
    if (this.#depth === 1 && !this.#seenItems) {
      if (this.#key === 'items' && byte === colon) this.#key = 'items:';
      else if (this.#key === 'items:' && byte === openBracket) return true;
      else if (byte > 0x20) this.#key = 'none';
      if (byte === quote) this.#token = [quote];
    }
    if (byte === quote) this.#inString = true;
    else if (byte === openBrace || byte === openBracket) this.#depth += 1;
    else if (byte === closeBrace || byte === closeBracket) this.#depth -= 1;
    return false;
  }

  #insideString(byte: number): void {
    const watched = this.#depth === 1 && !this.#seenItems;
    if (watched && this.#token.length <= itemsKey.length) this.#token.push(byte);
    if (this.#escaped) this.#escaped = false;
    else if (byte === backslash) this.#escaped = true;
    else if (byte === quote) {
      this.#inString = false;
      if (watched && itemsKey.equals(Buffer.from(this.#token))) this.#key = 'items';
    }
  }
}

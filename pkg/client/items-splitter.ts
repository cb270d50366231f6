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
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (this.#inString) {
        at = this.#insideString(chunk, at);
      } else if (this.#inItems) {
        if (this.#depth === 0 && (byte === comma || byte === closeBracket)) {
          this.#endElement(chunk.subarray(start, at), done);
          start = at + 1;
          if (byte === closeBracket) {
            this.#inItems = false;
            this.#depth = 1;
            start = at;
          }
        } else this.#structure(byte);
      } else if (this.#opensItems(byte)) {
        this.#around.push(chunk.subarray(start, at + 1));
        start = at + 1;
        this.#inItems = true;
        this.#seenItems = true;
        this.#depth = 0;
      }
    }
    const rest = chunk.subarray(start);
    if (rest.length > 0) (this.#inItems ? this.#element : this.#around).push(rest);
    return done;
  }

  /** The list without its items, as JSON text. */
  finish(): string {
    return Buffer.concat(this.#around).toString('utf8');
  }

  #endElement(tail: Buffer, done: Buffer[]): void {
    const element = this.#element.length === 0 ? tail : Buffer.concat([...this.#element, tail]);
    this.#element = [];
    if (element.some((byte) => byte > 0x20)) done.push(element);
  }

  #structure(byte: number): void {
    if (byte === quote) this.#inString = true;
    else if (byte === openBrace || byte === openBracket) this.#depth += 1;
    else if (byte === closeBrace || byte === closeBracket) this.#depth -= 1;
  }

  /** Handles a byte around the array; true when it opens the array. */
  #opensItems(byte: number): boolean {
    if (this.#depth === 1 && !this.#seenItems) {
      if (this.#key === 'items' && byte === colon) this.#key = 'items:';
      else if (this.#key === 'items:' && byte === openBracket) return true;
      else if (byte > 0x20) this.#key = 'none';
      if (byte === quote) this.#token = [quote];
    }
    this.#structure(byte);
    return false;
  }

  /** Index of the last byte of the string that was looked at: its closing quote, or the end of the chunk. */
  #insideString(chunk: Buffer, from: number): number {
    const watched = !this.#inItems && this.#depth === 1;
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (watched && this.#token.length <= itemsKey.length) this.#token.push(byte);
      if (this.#escaped) this.#escaped = false;
      else if (byte === backslash) this.#escaped = true;
      else if (byte === quote) {
        this.#inString = false;
        if (watched && itemsKey.equals(Buffer.from(this.#token))) this.#key = 'items';
        return at;
      }
    }
    return chunk.length;
  }
}

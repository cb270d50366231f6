/**
 * JSON text with nothing lost: entries in the order they stand, duplicates included, numbers as written. Only for the
 * rare bodies that need it (see decode-text.ts); the text must already have passed JSON.parse and the scanner.
 */
export type Ordered = string | boolean | null | NumberText | Ordered[] | Entries;

export class Entries {
  readonly list: [key: string, value: Ordered][] = [];
}

/** A number as it was written. */
export class NumberText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export function parseOrdered(text: string): Ordered {
  return new OrderedParser(text).value();
}

class OrderedParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): Ordered {
    const char = this.#next();
    if (char === '{') return this.#object();
    if (char === '[') return this.#array();
    if (char === '"') return this.#string();
    const from = this.#at;
    while (/[-+.\w]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
    const word = this.#text.slice(from, this.#at);
    if (word === 'true' || word === 'false') return word === 'true';
    return word === 'null' ? null : new NumberText(word);
  }

  #next(): string | undefined {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1;
    return this.#text[this.#at];
  }

  #string(): string {
    const from = this.#at;
    for (this.#at += 1; this.#at < this.#text.length && this.#text[this.#at] !== '"'; this.#at += 1) {
      if (this.#text[this.#at] === '\\') this.#at += 1;
    }
    this.#at += 1;
    return JSON.parse(this.#text.slice(from, this.#at)) as string;
  }

  #object(): Entries {
    const entries = new Entries();
    this.#at += 1;
    while (this.#next() === '"') {
      const key = this.#string();
      this.#next();
      this.#at += 1;
      entries.list.push([key, this.value()]);
      if (this.#next() === ',') this.#at += 1;
    }
    this.#at += 1;
    return entries;
  }

  #array(): Ordered[] {
    const items: Ordered[] = [];
    this.#at += 1;
    while (this.#next() !== ']' && this.#at < this.#text.length) {
      items.push(this.value());
      if (this.#next() === ',') this.#at += 1;
    }
    this.#at += 1;
    return items;
  }
}

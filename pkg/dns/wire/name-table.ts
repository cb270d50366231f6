import { HEADER_OCTETS } from './constants.ts';
import type { Name } from './name.ts';
import { parentOf, ROOT, suffixAt } from './name.ts';

/** Offsets from 0x4000 on do not fit a pointer. */
const MAX_POINTER = 0x3fff;

/**
 * Remembers where names stand in the message being written, so that later ones can point at them (S15). Spelling is
 * part of the comparison, hence a pointer never changes the case of a name.
 *
 * The question stands right behind the header and is what almost every name ends like, so it is compared octet by
 * octet without cutting strings; a Map holds the names that came after it, and is empty in most messages.
 */
export class NameTable {
  /** After `find`: how many octets of the name have to be written out, and what to point at then, or -1. */
  cut = 0;
  pointer = -1;
  #question: Name = ROOT;
  readonly #offsets = new Map<string, number>();

  /** Forgets everything but the question. */
  reset(question: Name): void {
    this.#question = question;
    if (this.#offsets.size > 0) this.#offsets.clear();
  }

  /** Looks for the longest suffix of `name` that stands in the message; the result is in `cut` and `pointer`. */
  find(name: Name): void {
    this.#findInQuestion(name);
    if (this.#offsets.size === 0) return;
    for (let at = 0; at < this.cut && at < name.length - 1; at += 1 + name.charCodeAt(at)) {
      const offset = this.#offsets.get(at === 0 ? name : suffixAt(name, at));
      if (offset === undefined) continue;
      this.cut = at;
      this.pointer = offset;
      return;
    }
  }

  /** Notes a name written at `offset`, with those of its ancestors that are new, up to what a pointer reaches. */
  note(name: Name, offset: number): void {
    let at = offset;
    for (let rest = name; rest !== ROOT && at <= MAX_POINTER;) {
      this.find(rest);
      if (this.cut === 0) return;
      this.#offsets.set(rest, at);
      at += 1 + rest.charCodeAt(0);
      rest = parentOf(rest);
    }
  }

  /**
   * 1. Count the octets that both end with alike.
   * 2. The first label boundary of the name within them is the candidate.
   * 3. It counts if it is a boundary of the question too: an octet of a label may look like a length.
   */
  #findInQuestion(name: Name): void {
    const question = this.#question;
    let from = name.length;
    let shift = question.length - from;
    if (name === question) from = 0;
    else
      while (from > 0 && from + shift > 0 && name.charCodeAt(from - 1) === question.charCodeAt(from - 1 + shift))
        from--;
    this.cut = 0;
    while (this.cut < from) this.cut += 1 + name.charCodeAt(this.cut);
    let boundary = 0;
    shift += this.cut;
    while (boundary < shift) boundary += 1 + question.charCodeAt(boundary);
    const found = this.cut < name.length - 1 && boundary === shift;
    this.pointer = found ? HEADER_OCTETS + shift : -1;
    if (!found) this.cut = name.length;
  }
}

import type { Name } from './name.ts';
import { parentOf, ROOT, zoneOffset } from './name.ts';
import { HEADER_OCTETS } from './constants.ts';

/**
 * Remembers where names stand in the message being written, so that later ones can point at them (S15). Spelling is
 * part of the comparison, hence a pointer never changes the case of a name.
 */
export class NameTable {
  #question: Name = ROOT;
  readonly #offsets = new Map<string, number>();

  /** Forgets everything but the question, whose name stands right behind the header. */
  reset(question: Name): void {
    this.#question = question;
    if (this.#offsets.size > 0) this.#offsets.clear();
  }

  /** Where `name` stands, or -1. */
  find(name: Name): number {
    const known = this.#offsets.get(name);
    if (known !== undefined) return known;
    if (name === this.#question) return HEADER_OCTETS;
    const offset = zoneOffset(this.#question, name);
    return offset < 0 ? -1 : HEADER_OCTETS + offset;
  }

  /** Notes a name written at `offset`, with those of its ancestors that are new, up to what a pointer reaches. */
  note(name: Name, offset: number): void {
    let at = offset;
    for (let rest = name; rest !== ROOT && at <= MAX_POINTER;) {
      if (this.find(rest) >= 0) return;
      this.#offsets.set(rest, at);
      at += 1 + rest.charCodeAt(0);
      rest = parentOf(rest);
    }
  }
}

const MAX_POINTER = 0x3fff;

/**
 * One pass over JSON text before JSON.parse: refuses what is too deep or too large (SV7), and notes what JSON.parse
 * would lose: keys that come twice (F2) and numbers that are not plain integers. Linear in the text whatever it holds;
 * text that is no JSON is passed over quietly, since JSON.parse will say so.
 */
import { DecodeError } from './decode-error.ts';
import { KeyRing } from './key-ring.ts';
import { goQuote } from './go-quote.ts';

export interface ScanLimits {
  /** Objects and arrays within each other. */
  readonly depth: number;
  readonly arrayItems: number;
  readonly objectKeys: number;
  /** In UTF-16 units. */
  readonly stringLength: number;
}

/** SV7. */
export const scanLimits: ScanLimits = {
  depth: 100,
  arrayItems: 100_000,
  objectKeys: 20_000,
  stringLength: 1_572_864,
};

export interface Scan {
  /** `duplicate field "spec.ports"`, in order, each once, at most 100; no schema is consulted. */
  readonly duplicates: readonly string[];
  /** Some number has a fraction, an exponent or more than 15 digits. */
  readonly looseNumbers: boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MAX_DUPLICATES = 100;
/** Strings up to here are walked; longer ones are left to indexOf. */
const SHORT = 32;

/** Throws DecodeError when a limit is passed. */
export function scanJson(text: string, limits: ScanLimits = scanLimits): Scan {
  return new Scanner(text, limits).run();
}

/** The duplicate keys of JSON text, without schema: what strict validation says of a patch (F4). */
export function duplicateKeys(text: string): readonly string[] {
  return scanJson(text).duplicates;
}

class Scanner {
  readonly #text: string;
  readonly #limits: ScanLimits;
  readonly #duplicates: string[] = [];
  /** One a depth, kept for the next object there. */
  readonly #rings: KeyRing[] = [];
  /** What is open at each depth. */
  readonly #open: (KeyRing | undefined)[] = [];
  readonly #counts: number[] = [];
  #loose = false;
  #nextBackslash = -1;

  constructor(text: string, limits: ScanLimits) {
    this.#text = text;
    this.#limits = limits;
  }

  run(): Scan {
    const text = this.#text;
    let depth = 0;
    /** The ring of the innermost object; undefined inside an array and outside of everything. */
    let ring: KeyRing | undefined;
    let keyComes = false;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        const end = this.#stringEnd(at + 1);
        if (end - at - 1 > this.#limits.stringLength) throw tooLarge('string', this.#limits.stringLength, 'characters');
        if (keyComes && ring !== undefined) {
          if (ring.add(text, at + 1, end)) this.#noteDuplicate(depth, ring);
          if (ring.size > this.#limits.objectKeys) throw tooLarge('object', this.#limits.objectKeys, 'keys');
          keyComes = false;
        }
        at = end;
      } else if (code === 0x2c) {
        if (ring !== undefined) keyComes = true;
        else if (depth > 0) this.#countItem(depth);
      } else if (code === 0x7b || code === 0x5b) {
        if (depth === this.#limits.depth) throw tooLarge('document', this.#limits.depth, 'levels');
        keyComes = code === 0x7b;
        ring = keyComes ? this.#ringAt(depth) : undefined;
        this.#open[depth] = ring;
        this.#counts[depth] = 0;
        depth += 1;
      } else if (code === 0x7d || code === 0x5d) {
        depth = Math.max(0, depth - 1);
        ring = depth === 0 ? undefined : this.#open[depth - 1];
        keyComes = false;
      } else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
        at = this.#numberEnd(at) - 1;
      }
    }
    return { duplicates: this.#duplicates, looseNumbers: this.#loose };
  }

  #ringAt(depth: number): KeyRing {
    const ring = (this.#rings[depth] ??= new KeyRing());
    ring.clear();
    return ring;
  }

  /** Position of the closing quote, or the end of the text. */
  #stringEnd(from: number): number {
    const text = this.#text;
    const near = Math.min(from + SHORT, text.length);
    for (let at = from; at < near; at++) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) return at;
      if (code === BACKSLASH) return this.#farEnd(at);
    }
    return this.#farEnd(near);
  }

  /** Both searches only ever move forward, so that all strings together cost one walk. */
  #farEnd(from: number): number {
    const text = this.#text;
    for (let at = from; ;) {
      const quote = text.indexOf('"', at);
      if (quote === -1) return text.length;
      if (this.#nextBackslash < at) {
        const found = text.indexOf('\\', at);
        this.#nextBackslash = found === -1 ? text.length : found;
      }
      if (quote < this.#nextBackslash) return quote;
      at = this.#nextBackslash + 2;
    }
  }

  #numberEnd(from: number): number {
    const text = this.#text;
    let at = from + 1;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code >= 0x30 && code <= 0x39) continue;
      if (code !== 0x2e && code !== 0x65 && code !== 0x45 && code !== 0x2b && code !== 0x2d) break;
      this.#loose = true;
    }
    if (at - from > 15) this.#loose = true;
    return at;
  }

  #countItem(depth: number): void {
    const count = (this.#counts[depth - 1] ?? 0) + 1;
    if (count >= this.#limits.arrayItems) throw tooLarge('array', this.#limits.arrayItems, 'elements');
    this.#counts[depth - 1] = count;
  }

  #noteDuplicate(depth: number, ring: KeyRing): void {
    if (this.#duplicates.length >= MAX_DUPLICATES) return;
    let path = '';
    for (let at = 0; at < depth - 1; at++) {
      const outer = this.#open[at];
      if (outer === undefined) path += `[${this.#counts[at] ?? 0}]`;
      else path += `${path === '' ? '' : '.'}${outer.last(this.#text)}`;
    }
    const key = ring.last(this.#text);
    const problem = `duplicate field ${goQuote(path === '' ? key : `${path}.${key}`)}`;
    if (!this.#duplicates.includes(problem)) this.#duplicates.push(problem);
  }
}

function tooLarge(what: string, limit: number, unit: string): DecodeError {
  return new DecodeError(`JSON ${what} exceeds the limit of ${limit} ${unit}`);
}

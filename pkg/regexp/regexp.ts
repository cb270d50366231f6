/**
 * Matching in time that grows with the text, whatever the pattern: all places where the pattern could be are carried
 * along together (Thompson's construction), nothing is ever tried twice. A pattern with look-around does not compile.
 */
import { parseRegexp, RegexpSyntaxError, type Assertion, type Node, type Range } from './parse.ts';

export { RegexpSyntaxError } from './parse.ts';

type Instruction =
  | { op: 'char'; ranges: readonly Range[]; negated: boolean }
  | { op: 'split'; to: number[] }
  | { op: 'assert'; what: Assertion }
  | { op: 'match' };

/** Go refuses repetitions that would make a program larger than this. */
const maxInstructions = 10_000;

export class Regexp {
  readonly source: string;
  readonly #program: Instruction[] = [];

  /** Throws RegexpSyntaxError with Go's text. */
  constructor(source: string) {
    this.source = source;
    this.#emit(parseRegexp(source));
    this.#program.push({ op: 'match' });
  }

  /** Whether the pattern is found anywhere in the text. */
  test(text: string): boolean {
    return this.find(text) !== undefined;
  }

  /** End of some match that starts at the earliest place, as `[start, end)` in UTF-16 units; the longest of them. */
  find(text: string, from = 0): readonly [number, number] | undefined {
    let threads = new Map<number, number>();
    let best: readonly [number, number] | undefined;
    let at = from;
    for (;;) {
      if (best === undefined) this.#add(threads, 0, at, text, at);
      const code = text.codePointAt(at);
      const next = new Map<number, number>();
      const width = code === undefined ? 1 : code > 0xffff ? 2 : 1;
      for (const [index, start] of threads) {
        const instruction = this.#program[index];
        if (instruction === undefined) continue;
        if (instruction.op === 'match') {
          if (best === undefined || start <= best[0]) best = [start, at];
        } else if (instruction.op === 'char' && code !== undefined && (best === undefined || start <= best[0])) {
          if (holds(instruction.ranges, code) !== instruction.negated)
            this.#add(next, index + 1, start, text, at + width);
        }
      }
      if (code === undefined || (best !== undefined && next.size === 0)) return best;
      threads = next;
      at += width;
    }
  }

  /** Every instruction reachable without reading a character. */
  #add(threads: Map<number, number>, first: number, start: number, text: string, at: number): void {
    const open = [first];
    const seen = new Set<number>();
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      const known = threads.get(index);
      if (seen.has(index) || (known !== undefined && known <= start)) continue;
      seen.add(index);
      const instruction = this.#program[index];
      if (instruction === undefined) continue;
      if (instruction.op === 'split') {
        open.push(...instruction.to);
      } else if (instruction.op === 'assert') {
        if (isAt(instruction.what, text, at)) open.push(index + 1);
      } else threads.set(index, start);
    }
  }

  #push(instruction: Instruction): void {
    if (this.#program.length >= maxInstructions) {
      throw new RegexpSyntaxError(`expression too large`);
    }
    this.#program.push(instruction);
  }

  #emit(node: Node): void {
    switch (node.kind) {
      case 'class':
        return this.#push({ op: 'char', ranges: node.ranges, negated: node.negated });
      case 'assert':
        return this.#push({ op: 'assert', what: node.what });
      case 'sequence':
        for (const item of node.items) this.#emit(item);
        return;
      case 'either':
        return this.#either(node.options);
      case 'repeat':
        return this.#repeat(node.item, node.min, node.max);
    }
  }

  #either(options: readonly Node[]): void {
    const split: Instruction & { op: 'split' } = { op: 'split', to: [] };
    this.#push(split);
    const ends: (Instruction & { op: 'split' })[] = [];
    for (const option of options) {
      split.to.push(this.#program.length);
      this.#emit(option);
      const end: Instruction & { op: 'split' } = { op: 'split', to: [] };
      ends.push(end);
      this.#push(end);
    }
    for (const end of ends) end.to.push(this.#program.length);
  }

  #repeat(item: Node, min: number, max: number): void {
    for (let count = 0; count < min; count += 1) this.#emit(item);
    if (max === Infinity) {
      const start = this.#program.length;
      const split: Instruction & { op: 'split' } = { op: 'split', to: [] };
      this.#push(split);
      split.to.push(this.#program.length);
      this.#emit(item);
      this.#push({ op: 'split', to: [start] });
      split.to.push(this.#program.length);
      return;
    }
    const splits: (Instruction & { op: 'split' })[] = [];
    for (let count = min; count < max; count += 1) {
      const split: Instruction & { op: 'split' } = { op: 'split', to: [] };
      this.#push(split);
      split.to.push(this.#program.length);
      splits.push(split);
      this.#emit(item);
    }
    for (const split of splits) split.to.push(this.#program.length);
  }
}

function holds(ranges: readonly Range[], code: number): boolean {
  for (const [low, high] of ranges) if (code >= low && code <= high) return true;
  return false;
}

function isAt(what: Assertion, text: string, at: number): boolean {
  switch (what) {
    case 'start':
      return at === 0;
    case 'end':
      return at >= text.length;
    case 'lineStart':
      return at === 0 || text[at - 1] === '\n';
    case 'lineEnd':
      return at >= text.length || text[at] === '\n';
    case 'word':
    case 'notWord': {
      const boundary = isWord(text[at - 1]) !== isWord(text[at]);
      return boundary === (what === 'word');
    }
  }
}

const isWord = (char: string | undefined): boolean => char !== undefined && /^\w$/.test(char);

const compiled = new Map<string, Regexp>();
const maxKept = 1000;

/** The compiled pattern, kept for the next time. */
export function regexpOf(source: string): Regexp {
  let found = compiled.get(source);
  if (found === undefined) {
    found = new Regexp(source);
    if (compiled.size >= maxKept) compiled.clear();
    compiled.set(source, found);
  }
  return found;
}

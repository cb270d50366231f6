/**
 * Go's regular expressions (RE2 syntax), parsed to a tree. What needs backtracking (look-around, back-references) is
 * refused in Go's words, so a pattern accepted here can be matched in linear time.
 */

export type Node =
  | { readonly kind: 'class'; readonly ranges: readonly Range[]; readonly negated: boolean }
  | { readonly kind: 'sequence'; readonly items: readonly Node[] }
  | { readonly kind: 'either'; readonly options: readonly Node[] }
  | { readonly kind: 'repeat'; readonly item: Node; readonly min: number; readonly max: number }
  | { readonly kind: 'assert'; readonly what: Assertion };

export type Range = readonly [low: number, high: number];
export type Assertion = 'start' | 'end' | 'lineStart' | 'lineEnd' | 'word' | 'notWord';

/** Go's text for a pattern that does not compile, without its `error parsing regexp: ` in front. */
export class RegexpSyntaxError extends Error {}

const maxRepeat = 1000;
const maxDepth = 1000;
const last = 0x10ffff;

interface Flags {
  readonly fold: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
}

export function parseRegexp(pattern: string): Node {
  return new Parser(pattern).run();
}

class Parser {
  readonly #text: string;
  readonly #chars: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#chars = Array.from(text);
  }

  run(): Node {
    const node = this.#either({ fold: false, multiline: false, dotAll: false }).node;
    if (this.#at < this.#chars.length) throw this.#error('unexpected )', this.#text);
    return node;
  }

  #error(what: string, part: string): RegexpSyntaxError {
    return new RegexpSyntaxError(`${what}: \`${part}\``);
  }

  #rest(from: number): string {
    return this.#chars.slice(from).join('');
  }

  #either(given: Flags): { node: Node; flags: Flags } {
    this.#depth += 1;
    if (this.#depth > maxDepth) throw new RegexpSyntaxError('expression nests too deeply: `' + this.#text + '`');
    const options: Node[] = [];
    let items: Node[] = [];
    let flags = given;
    while (this.#at < this.#chars.length && this.#chars[this.#at] !== ')') {
      const char = this.#chars[this.#at];
      if (char === '|') {
        this.#at += 1;
        options.push({ kind: 'sequence', items });
        items = [];
        continue;
      }
      const from = this.#at;
      if (char === '(') {
        const group = this.#group(flags);
        if ('flags' in group) {
          flags = group.flags;
          continue;
        }
        items.push(this.#repeated(group.node, from));
        continue;
      }
      if (char === '*' || char === '+' || char === '?') {
        throw this.#error('missing argument to repetition operator', char);
      }
      if (char === '{' && this.#counts() !== undefined) {
        throw this.#error(
          'missing argument to repetition operator',
          this.#rest(from).slice(0, this.#rest(from).indexOf('}') + 1),
        );
      }
      for (const node of this.#atom(flags)) items.push(node);
      const final = items.pop();
      if (final !== undefined) items.push(this.#repeated(final, from));
    }
    options.push({ kind: 'sequence', items });
    this.#depth -= 1;
    return { node: options.length === 1 ? (options[0] ?? empty) : { kind: 'either', options }, flags };
  }

  #group(flags: Flags): { node: Node } | { flags: Flags } {
    const from = this.#at;
    this.#at += 1;
    let inner = flags;
    if (this.#chars[this.#at] === '?') {
      const text = this.#rest(this.#at);
      const named = /^\?P?<(\w+)>/.exec(text);
      if (named !== null) this.#at += named[0].length;
      else {
        const set = /^\?([imsU]*)(?:-([imsU]+))?([:)])/.exec(text);
        if (set === null) {
          const bad = /^\?P?[<=!]?[^)]?/.exec(text)?.[0] ?? '?';
          const short = /^\?(?:<[=!]|[=!])/.exec(text)?.[0] ?? bad.slice(0, 3);
          throw this.#error('invalid or unsupported Perl syntax', `(${short}`);
        }
        inner = withFlags(flags, set[1] ?? '', set[2] ?? '');
        this.#at += set[0].length;
        if (set[3] === ')') return { flags: inner };
      }
    }
    const { node } = this.#either(inner);
    if (this.#chars[this.#at] !== ')') throw this.#error('missing closing )', this.#text);
    this.#at += 1;
    void from;
    return { node };
  }

  #repeated(item: Node, from: number): Node {
    let node = item;
    let times = 0;
    for (;;) {
      const operator = this.#chars[this.#at];
      const start = this.#at;
      let bounds: readonly [number, number] | undefined;
      if (operator === '*') bounds = [0, Infinity];
      else if (operator === '+') bounds = [1, Infinity];
      else if (operator === '?') bounds = [0, 1];
      else if (operator === '{') bounds = this.#counts();
      if (bounds === undefined) return node;
      if (operator === '{') this.#at += this.#rest(this.#at).indexOf('}') + 1;
      else this.#at += 1;
      const [min, max] = bounds;
      if (min > maxRepeat || (max !== Infinity && (max > maxRepeat || max < min))) {
        throw this.#error('invalid repeat count', this.#chars.slice(start, this.#at).join(''));
      }
      if (this.#chars[this.#at] === '?') this.#at += 1;
      times += 1;
      if (times > 1) {
        throw this.#error('invalid nested repetition operator', this.#chars.slice(start - 1, this.#at).join(''));
      }
      void from;
      node = { kind: 'repeat', item: node, min, max };
    }
  }

  /** `{2}`, `{2,}`, `{2,5}` at the current place; anything else is a literal brace. */
  #counts(): readonly [number, number] | undefined {
    const found = /^\{(\d+)(?:(,)(\d*))?\}/.exec(this.#rest(this.#at));
    if (found === null) return undefined;
    const min = Number(found[1]);
    return [min, found[2] === undefined ? min : found[3] === '' ? Infinity : Number(found[3])];
  }

  #atom(flags: Flags): readonly Node[] {
    const char = this.#chars[this.#at] ?? '';
    this.#at += 1;
    switch (char) {
      case '^':
        return [{ kind: 'assert', what: flags.multiline ? 'lineStart' : 'start' }];
      case '$':
        return [{ kind: 'assert', what: flags.multiline ? 'lineEnd' : 'end' }];
      case '.':
        return [flags.dotAll ? any : anyButNewline];
      case '[':
        return [this.#bracket(flags)];
      case '\\':
        return this.#escape(flags);
      default:
        return [literal(char, flags)];
    }
  }

  #escape(flags: Flags): readonly Node[] {
    const char = this.#chars[this.#at];
    if (char === undefined) throw new RegexpSyntaxError('trailing backslash at end of expression: ``');
    const assertion = assertions.get(char);
    if (assertion !== undefined) {
      this.#at += 1;
      return [{ kind: 'assert', what: assertion }];
    }
    if (char === 'Q') {
      this.#at += 1;
      const end = this.#rest(this.#at).indexOf('\\E');
      const quoted = Array.from(end < 0 ? this.#rest(this.#at) : this.#rest(this.#at).slice(0, end));
      this.#at += quoted.length + (end < 0 ? 0 : 2);
      return quoted.map((one) => literal(one, flags));
    }
    const set = this.#classEscape();
    if (set !== undefined) return [set];
    return [literal(String.fromCodePoint(this.#codeEscape()), flags)];
  }

  /** `\d`, `\pL`, `\p{Greek}` and their opposites; stays where it is when the escape is none of these. */
  #classEscape(): (Node & { kind: 'class' }) | undefined {
    const char = this.#chars[this.#at] ?? '';
    const perl = perlClasses.get(char.toLowerCase());
    if (perl !== undefined && 'dswDSW'.includes(char)) {
      this.#at += 1;
      return { kind: 'class', ranges: perl, negated: char !== char.toLowerCase() };
    }
    if (char !== 'p' && char !== 'P') return undefined;
    const found = /^[pP](?:\{(\^?)(\w+)\}|(\w))/.exec(this.#rest(this.#at));
    if (found === null) throw this.#error('invalid character class range', `\\${char}`);
    const name = found[2] ?? found[3] ?? '';
    const ranges = unicodeRanges(name);
    if (ranges === undefined) throw this.#error('invalid character class range', `\\${found[0]}`);
    this.#at += found[0].length;
    return { kind: 'class', ranges, negated: (char === 'P') !== (found[1] === '^') };
  }

  #codeEscape(): number {
    const char = this.#chars[this.#at] ?? '';
    this.#at += 1;
    const control = controls.get(char);
    if (control !== undefined) return control;
    if (char === 'x') {
      const found = /^(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2}))/.exec(this.#rest(this.#at));
      const code = Number.parseInt(found?.[1] ?? found?.[2] ?? '', 16);
      if (found === null || code > last) throw this.#error('invalid escape sequence', `\\x`);
      this.#at += found[0].length;
      return code;
    }
    if (char === '0') {
      const found = /^[0-7]{0,2}/.exec(this.#rest(this.#at))?.[0] ?? '';
      this.#at += found.length;
      return Number.parseInt(`0${found}`, 8);
    }
    if (/[A-Za-z0-9_]/.test(char) || (char.codePointAt(0) ?? 0) > 0x7f) {
      throw this.#error('invalid escape sequence', `\\${char}`);
    }
    return char.codePointAt(0) ?? 0;
  }

  #bracket(flags: Flags): Node {
    const from = this.#at - 1;
    let negated = false;
    if (this.#chars[this.#at] === '^') {
      negated = true;
      this.#at += 1;
    }
    const ranges: Range[] = [];
    for (let first = true; first || this.#chars[this.#at] !== ']'; first = false) {
      if (this.#at >= this.#chars.length) throw this.#error('missing closing ]', this.#rest(from));
      const posix = /^\[:(\^?)(\w+):\]/.exec(this.#rest(this.#at));
      if (posix !== null) {
        const named = posixClasses.get(posix[2] ?? '');
        if (named === undefined) throw this.#error('invalid character class range', posix[0]);
        ranges.push(...(posix[1] === '^' ? complement(named) : named));
        this.#at += posix[0].length;
        continue;
      }
      if (this.#chars[this.#at] === '\\') {
        this.#at += 1;
        const set = this.#classEscape();
        if (set !== undefined) {
          ranges.push(...(set.negated ? complement(set.ranges) : set.ranges));
          continue;
        }
        this.#at -= 1;
      }
      const start = this.#at;
      const low = this.#classChar(from);
      let high = low;
      if (
        this.#chars[this.#at] === '-' &&
        this.#chars[this.#at + 1] !== ']' &&
        this.#chars[this.#at + 1] !== undefined
      ) {
        this.#at += 1;
        high = this.#classChar(from);
        if (high < low) {
          throw this.#error('invalid character class range', this.#chars.slice(start, this.#at).join(''));
        }
      }
      ranges.push([low, high]);
    }
    this.#at += 1;
    return { kind: 'class', ranges: flags.fold ? folded(ranges) : ranges, negated };
  }

  #classChar(from: number): number {
    const char = this.#chars[this.#at];
    if (char === undefined) throw this.#error('missing closing ]', this.#rest(from));
    this.#at += 1;
    return char === '\\' ? this.#codeEscape() : (char.codePointAt(0) ?? 0);
  }
}

const empty: Node = { kind: 'sequence', items: [] };
const any: Node = { kind: 'class', ranges: [[0, last]], negated: false };
const anyButNewline: Node = { kind: 'class', ranges: [[10, 10]], negated: true };

function literal(char: string, { fold }: Flags): Node {
  const code = char.codePointAt(0) ?? 0;
  const ranges: readonly Range[] = [[code, code]];
  return { kind: 'class', ranges: fold ? folded(ranges) : ranges, negated: false };
}

function withFlags(flags: Flags, on: string, off: string): Flags {
  const value = (letter: string, now: boolean): boolean =>
    on.includes(letter) ? true : off.includes(letter) ? false : now;
  return {
    fold: value('i', flags.fold),
    multiline: value('m', flags.multiline),
    dotAll: value('s', flags.dotAll),
  };
}

/** Both cases of what the ranges hold; wide ranges get those of ASCII, which is all patterns in schemas ask for. */
function folded(ranges: readonly Range[]): Range[] {
  const result: Range[] = [...ranges];
  for (const [low, high] of ranges) {
    for (let code = low; code <= Math.min(high, low + 512); code += 1) {
      const char = String.fromCodePoint(code);
      for (const other of [char.toLowerCase(), char.toUpperCase()]) {
        const folds = other.codePointAt(0) ?? code;
        if (Array.from(other).length === 1 && folds !== code) result.push([folds, folds]);
      }
    }
  }
  return result;
}

export function complement(ranges: readonly Range[]): Range[] {
  const ordered = [...ranges].sort(([a], [b]) => a - b);
  const result: Range[] = [];
  let next = 0;
  for (const [low, high] of ordered) {
    if (low > next) result.push([next, low - 1]);
    next = Math.max(next, high + 1);
  }
  if (next <= last) result.push([next, last]);
  return result;
}

const assertions = new Map<string, Assertion>([
  ['A', 'start'],
  ['z', 'end'],
  ['b', 'word'],
  ['B', 'notWord'],
]);
const controls = new Map([
  ['a', 7],
  ['f', 12],
  ['t', 9],
  ['n', 10],
  ['r', 13],
  ['v', 11],
]);
const of = (...pairs: readonly string[]): Range[] =>
  pairs.map((pair) => [pair.codePointAt(0) ?? 0, pair.codePointAt(pair.length - 1) ?? 0]);
const word = of('09', 'AZ', 'az', '__');
const perlClasses = new Map<string, Range[]>([
  ['d', of('09')],
  ['w', word],
  ['s', of('\t\n', '\f\r', '  ')],
]);
const posixClasses = new Map<string, Range[]>([
  ['alnum', of('09', 'AZ', 'az')],
  ['alpha', of('AZ', 'az')],
  ['ascii', [[0, 127]]],
  ['blank', of('\t\t', '  ')],
  [
    'cntrl',
    [
      [0, 31],
      [127, 127],
    ],
  ],
  ['digit', of('09')],
  ['graph', of('!~')],
  ['lower', of('az')],
  ['print', of(' ~')],
  ['punct', of('!/', ':@', '[`', '{~')],
  ['space', of('\t\r', '  ')],
  ['upper', of('AZ')],
  ['word', word],
  ['xdigit', of('09', 'AF', 'af')],
]);

const unicode = new Map<string, readonly Range[] | undefined>();

/** The characters of a category or script, found by asking for each; kept, since it takes a moment. */
function unicodeRanges(name: string): readonly Range[] | undefined {
  if (unicode.has(name)) return unicode.get(name);
  let test: RegExp | undefined;
  for (const property of [name, `Script=${name}`]) {
    try {
      test ??= new RegExp(`^\\p{${property}}$`, 'u');
    } catch {
      // Not a property of this kind.
    }
  }
  const matches = test;
  if (matches === undefined) {
    unicode.set(name, undefined);
    return undefined;
  }
  const ranges: [number, number][] = [];
  for (let code = 0; code <= last; code += 1) {
    if (code === 0xd800) code = 0xe000;
    if (!matches.test(String.fromCodePoint(code))) continue;
    const open = ranges.at(-1);
    if (open !== undefined && open[1] === code - 1) open[1] = code;
    else ranges.push([code, code]);
  }
  unicode.set(name, ranges);
  return ranges;
}

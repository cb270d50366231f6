/**
 * Label selectors (L45): the text grammar of query parameters and the structured form of specs, both parsed once into
 * a Selector (P7). The lexer is a single pass over the text, without regular expressions.
 */
import { labelKeyProblem, labelValueProblem } from './syntax.ts';

export type Operator = 'in' | 'notin' | '=' | '!=' | 'exists' | '!' | '>' | '<';

export interface Requirement {
  readonly key: string;
  readonly operator: Operator;
  readonly values: readonly string[];
}

export type Labels = Readonly<Record<string, string>> | undefined;

/** Text that is no selector; the message is upstream's. */
export class SelectorError extends Error {
  override readonly name = 'SelectorError';
}

export class Selector {
  readonly requirements: readonly Requirement[];

  constructor(requirements: readonly Requirement[]) {
    this.requirements = requirements;
  }

  /** Matches everything. */
  get empty(): boolean {
    return this.requirements.length === 0;
  }

  matches(labels: Labels): boolean {
    return this.requirements.every((requirement) => satisfies(requirement, labels));
  }

  /** The first requirement that does not hold, for explanations. */
  firstMismatch(labels: Labels): Requirement | undefined {
    return this.requirements.find((requirement) => !satisfies(requirement, labels));
  }

  toString(): string {
    return this.requirements.map(formatRequirement).join(',');
  }
}

export const everything = new Selector([]);

/** The equality form of a Service's `spec.selector` or of a `matchLabels` map. */
export function selectorFromMap(map: Labels): Selector {
  const keys = Object.keys(map ?? {}).sort();
  return new Selector(keys.map((key) => ({ key, operator: '=', values: [map?.[key] ?? ''] })));
}

export interface LabelSelectorSpec {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[];
}

const specOperators = new Map<string, Operator>([
  ['In', 'in'],
  ['NotIn', 'notin'],
  ['Exists', 'exists'],
  ['DoesNotExist', '!'],
]);

/** metav1.LabelSelector. An absent selector matches nothing and is `undefined` here; an empty one matches everything. */
export function selectorFromSpec(spec: LabelSelectorSpec): Selector {
  const expressions = (spec.matchExpressions ?? []).map(({ key, operator, values }): Requirement => {
    const known = specOperators.get(operator);
    if (known === undefined) throw new SelectorError(`"${operator}" is not a valid label selector operator`);
    return { key, operator: known, values: values ?? [] };
  });
  return new Selector([...selectorFromMap(spec.matchLabels).requirements, ...expressions]);
}

function valueOf(labels: Labels, key: string): string | undefined {
  return labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;
}

function satisfies({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = valueOf(labels, key);
  switch (operator) {
    case '=':
    case 'in':
      return value !== undefined && values.includes(value);
    case '!=':
    case 'notin':
      return value === undefined || !values.includes(value);
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case '>':
    case '<': {
      const left = parseInt64(value);
      const right = parseInt64(values[0]);
      if (left === undefined || right === undefined) return false;
      return operator === '>' ? left > right : left < right;
    }
  }
}

function formatRequirement({ key, operator, values }: Requirement): string {
  const sorted = [...values].sort();
  switch (operator) {
    case 'exists':
      return key;
    case '!':
      return `!${key}`;
    case 'in':
    case 'notin':
      return `${key} ${operator} (${sorted.join(',')})`;
    case '=':
    case '!=':
    case '>':
    case '<':
      return `${key}${operator}${sorted[0] ?? ''}`;
  }
}

function parseInt64(text: string | undefined): bigint | undefined {
  if (text === undefined || text.length === 0 || text.length > 20) return undefined;
  const digits = text.startsWith('-') || text.startsWith('+') ? text.slice(1) : text;
  if (digits.length === 0) return undefined;
  for (const char of digits) if (char < '0' || char > '9') return undefined;
  const value = BigInt(digits) * (text.startsWith('-') ? -1n : 1n);
  return value >= -(2n ** 63n) && value < 2n ** 63n ? value : undefined;
}

// --- text grammar ---------------------------------------------------------------------------------------------------

type TokenKind = 'identifier' | 'end' | '!' | '(' | ')' | ',' | '=' | '==' | '!=' | '>' | '<' | 'in' | 'notin';

interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const isSpace = (char: string): boolean => char === ' ' || char === '\t' || char === '\r' || char === '\n';
const isSpecial = (char: string): boolean => '=!(),><'.includes(char);

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (isSpace(char)) {
      at += 1;
    } else if (isSpecial(char)) {
      const two = text.slice(at, at + 2);
      const symbol = two === '==' || two === '!=' ? two : char;
      tokens.push({ kind: symbol as TokenKind, text: symbol });
      at += symbol.length;
    } else {
      const start = at;
      while (at < text.length && !isSpace(text.charAt(at)) && !isSpecial(text.charAt(at))) at += 1;
      const word = text.slice(start, at);
      tokens.push({ kind: word === 'in' || word === 'notin' ? word : 'identifier', text: word });
    }
  }
  tokens.push({ kind: 'end', text: '' });
  return tokens;
}

/** Parses the `labelSelector` parameter. Throws SelectorError with upstream's text. */
export function parseSelector(text: string): Selector {
  const parser = new Parser(tokenize(text));
  const requirements = parser.parse();
  return new Selector(requirements.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)));
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Requirement[] {
    const requirements: Requirement[] = [];
    if (this.#peek().kind === 'end') return requirements;
    for (;;) {
      const start = this.#peek();
      if (start.kind !== 'identifier' && start.kind !== 'in' && start.kind !== 'notin' && start.kind !== '!') {
        throw new SelectorError(`found '${start.text}', expected: !, identifier, or 'end of string'`);
      }
      requirements.push(this.#requirement());
      const next = this.#next();
      if (next.kind === 'end') return requirements;
      if (next.kind !== ',') throw new SelectorError(`found '${next.text}', expected: ',' or 'end of string'`);
      const following = this.#peek();
      if (following.kind !== 'identifier' && following.kind !== '!' && !isKeyword(following)) {
        throw new SelectorError(`found '${following.text}', expected: identifier after ','`);
      }
    }
  }

  #requirement(): Requirement {
    const negated = this.#peek().kind === '!';
    if (negated) this.#next();
    const key = this.#key();
    if (negated) return checked({ key, operator: '!', values: [] });
    const following = this.#peek().kind;
    if (following === 'end' || following === ',') return checked({ key, operator: 'exists', values: [] });
    const operator = this.#operator();
    if (operator === 'in' || operator === 'notin') return checked({ key, operator, values: this.#set() });
    return checked({ key, operator, values: [this.#exact()] });
  }

  #key(): string {
    const token = this.#next();
    if (token.kind !== 'identifier' && !isKeyword(token)) {
      throw unparsable(`found '${token.text}', expected: identifier`);
    }
    const problem = labelKeyProblem(token.text);
    if (problem !== undefined) throw unparsable(`key: Invalid value: "${token.text}": ${problem}`);
    return token.text;
  }

  #operator(): Operator {
    const token = this.#next();
    switch (token.kind) {
      case '=':
      case '==':
        return '=';
      case '!=':
      case '>':
      case '<':
      case 'in':
      case 'notin':
        return token.kind;
      case 'identifier':
      case 'end':
      case '!':
      case '(':
      case ')':
      case ',':
        throw unparsable(`found '${token.text}', expected: in, notin, =, ==, !=, gt, lt`);
    }
  }

  /** One value after an equality or order operator; may be empty. */
  #exact(): string {
    const token = this.#peek();
    if (token.kind === 'end' || token.kind === ',') return '';
    this.#next();
    if (token.kind === 'identifier' || isKeyword(token)) return token.text;
    throw unparsable(`found '${token.text}', expected: identifier`);
  }

  /** `(a,b)`; empty members are legal. */
  #set(): string[] {
    const open = this.#next();
    if (open.kind !== '(') throw unparsable(`found '${open.text}' expected: '('`);
    const values = new Set<string>();
    let wantValue = true;
    for (;;) {
      const token = this.#next();
      if (token.kind === ')') {
        if (wantValue) values.add('');
        return [...values].sort();
      }
      if (token.kind === ',') {
        if (wantValue) values.add('');
        wantValue = true;
      } else if ((token.kind === 'identifier' || isKeyword(token)) && wantValue) {
        values.add(token.text);
        wantValue = false;
      } else {
        throw unparsable(`found '${token.text}', expected: ',', or ')'`);
      }
    }
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '' };
  }

  #next(): Token {
    const token = this.#peek();
    this.#at += 1;
    return token;
  }
}

/** `in` and `notin` are operators only where an operator stands. */
const isKeyword = (token: Token): boolean => token.kind === 'in' || token.kind === 'notin';

const unparsable = (why: string): SelectorError => new SelectorError(`unable to parse requirement: ${why}`);

function checked(requirement: Requirement): Requirement {
  const { key, operator, values } = requirement;
  if (operator === '>' || operator === '<') {
    const value = values[0];
    if (parseInt64(value) === undefined) {
      throw unparsable(
        `values[0][${key}]: Invalid value: "${value}": for 'Gt', 'Lt' operators, the value must be an integer`,
      );
    }
    return requirement;
  }
  values.forEach((value, index) => {
    const problem = labelValueProblem(value);
    if (problem !== undefined) throw unparsable(`values[${index}][${key}]: Invalid value: "${value}": ${problem}`);
  });
  return requirement;
}

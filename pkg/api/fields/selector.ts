/** Field selectors (L41, L42): `metadata.name=web,spec.nodeName!=n1`. Only equality; terms are joined by commas. */

export interface FieldTerm {
  readonly field: string;
  readonly negated: boolean;
  readonly value: string;
}

export class FieldSelectorError extends Error {
  override readonly name = 'FieldSelectorError';
}

export class FieldSelector {
  readonly terms: readonly FieldTerm[];

  constructor(terms: readonly FieldTerm[]) {
    this.terms = terms;
  }

  get empty(): boolean {
    return this.terms.length === 0;
  }

  /** `read` gives the text of a field; a missing field is the empty string (L42). */
  matches(read: (field: string) => string): boolean {
    return this.terms.every(({ field, negated, value }) => (read(field) === value) !== negated);
  }

  /** The value that `field` must have exactly, if the selector pins it. */
  exact(field: string): string | undefined {
    return this.terms.find((term) => term.field === field && !term.negated)?.value;
  }
}

export const everyField = new FieldSelector([]);

/** Parses the `fieldSelector` parameter. Throws FieldSelectorError with upstream's text. */
export function parseFieldSelector(text: string): FieldSelector {
  const terms = splitTerms(text)
    .filter((term) => term !== '')
    .map((term) => parseTerm(text, term));
  return new FieldSelector(terms);
}

/** Splits at commas that are not escaped; the escapes stay for the value. */
function splitTerms(text: string): string[] {
  const terms: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '\\') at += 1;
    else if (char === ',') {
      terms.push(text.slice(start, at));
      start = at + 1;
    }
  }
  terms.push(text.slice(start));
  return terms;
}

const operators = ['!=', '==', '='] as const;

function parseTerm(whole: string, term: string): FieldTerm {
  for (let at = 0; at < term.length; at += 1) {
    const operator = operators.find((candidate) => term.startsWith(candidate, at));
    if (operator === undefined) continue;
    const value = unescapeValue(term.slice(at + operator.length));
    return { field: term.slice(0, at), negated: operator === '!=', value };
  }
  throw new FieldSelectorError(`invalid selector: '${whole}'; can't understand '${term}'`);
}

function unescapeValue(text: string): string {
  let value = '';
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '\\') {
      at += 1;
      const escaped = text.charAt(at);
      if (escaped !== '\\' && escaped !== ',' && escaped !== '=') {
        throw new FieldSelectorError(`invalid field selector: invalid escape sequence: \\${escaped}`);
      }
      value += escaped;
    } else if (char === ',' || char === '=') {
      throw new FieldSelectorError(`invalid field selector: unescaped character in value: ${char}`);
    } else value += char;
  }
  return value;
}

/**
 * YAML bodies (M8, S36): to JSON text first, so that depth, duplicate and prototype rules are those of JSON. The
 * library works through hostile text slowly, so it is fed token by token and stopped at a depth and at a count.
 */
import type * as Yaml from 'yaml';
import type { Composer, CST, Document } from 'yaml';
import { DecodeError, parseJson as parseJsonText, scanJson, scanLimits } from '../../api/schema/index.ts';
import { badRequest, type StatusError } from '../../api/status.ts';

export interface Parsed {
  readonly value: unknown;
  /** `duplicate field "spec.ports"`, in order of appearance. */
  readonly duplicates: readonly string[];
  /** The text it came from, where JSON.parse loses what decoding needs to know. */
  readonly text?: string;
}

/** JSON text to a value, with the limits and the duplicate check that JSON.parse does not have. Throws DecodeError. */
export function parseJson(text: string): Parsed {
  const { duplicates, looseNumbers } = scanJson(text);
  const value = parseJsonText(text);
  return { value, duplicates, ...(duplicates.length > 0 || looseNumbers ? { text } : {}) };
}

/** About half a second of work, and ten times the largest manifest we know. JSON has no such limit. */
const maxTokens = 100_000;
/** S36 */
const maxAliasCount = 100;

/** The last document of the stream. What is JSON, as nearly everything sent as YAML is, is read as JSON. */
export async function parseYaml(text: string): Promise<Parsed> {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
  }
  const last = await lastDocument(text);
  if (last === undefined) return { value: null, duplicates: [] };
  const [error] = last.errors;
  if (error !== undefined) throw unreadable(`yaml: ${error.message}`);
  const json = toJsonText(last);
  try {
    return parseJson(json);
  } catch (cause) {
    throw cause instanceof DecodeError ? unreadable(cause.message) : cause;
  }
}

const unreadable = (why: string): StatusError => badRequest(`error converting YAML to JSON: ${why}`);

async function lastDocument(text: string): Promise<Document.Parsed | undefined> {
  const yaml = await import('yaml');
  const composer: Composer = new yaml.Composer({
    // The library compares every key with every other one; this way a key costs one look-up.
    uniqueKeys: false,
    prettyErrors: true,
  });
  const tokens = tokensOf(new yaml.Lexer(), new yaml.Parser(), text);
  let last: Document.Parsed | undefined;
  for (const document of composer.compose(tokens)) last = document;
  if (last === undefined) return undefined;
  refuseDuplicates(last, yaml);
  return last;
}

function refuseDuplicates(document: Document.Parsed, { visit, isScalar }: typeof Yaml): void {
  visit(document, {
    Map: (_key, { items }) => {
      const seen = new Set<string>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (seen.has(name)) throw unreadable(`yaml: key ${JSON.stringify(name.slice(0, 256))} already set in map`);
        seen.add(name);
      }
    },
  });
}

function* tokensOf(
  lexer: { lex(text: string): Iterable<string> },
  parser: {
    readonly stack: readonly CST.Token[];
    next(source: string): Iterable<CST.Token>;
    end(): Iterable<CST.Token>;
  },
  text: string,
): Generator<CST.Token> {
  let count = 0;
  for (const lexeme of lexer.lex(text)) {
    count += 1;
    if (count > maxTokens) throw unreadable(`yaml: the document exceeds the limit of ${maxTokens} tokens; send JSON`);
    yield* parser.next(lexeme);
    // The document and a scalar stand on the stack beside the collections.
    if (parser.stack.length > scanLimits.depth + 2) {
      throw unreadable(`yaml: the document exceeds the limit of ${scanLimits.depth} levels`);
    }
  }
  yield* parser.end();
}

function toJsonText(document: Document.Parsed): string {
  try {
    return JSON.stringify(document.toJS({ maxAliasCount })) ?? 'null';
  } catch {
    throw unreadable('yaml: the document refers to itself, to nothing, or to too much');
  }
}

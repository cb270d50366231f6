/**
 * CEL expressions ready to run. The language comes from a library, the functions of Kubernetes from this folder; what
 * an expression may cost is bounded before it runs, since nothing can stop it then.
 */
import { Environment, EvaluationError, Optional, ParseError, TypeError as CelTypeError } from '@marcbachmann/cel-js';
import { regexpOf, RegexpSyntaxError } from '../regexp/index.ts';
import { addLibraries, matchesName } from './libraries.ts';

/** An expression that cannot be compiled, in words for its author. */
export class CompileError extends Error {}

/** An expression that failed while it ran. */
export class RunError extends Error {}

/** One that would take too long. */
export class CostError extends RunError {}

export interface Program {
  readonly source: string;
  /** Whether the old value is looked at. */
  readonly usesOldSelf: boolean;
  /** Throws RunError. */
  run(variables: Readonly<Record<string, unknown>>, largest: number): unknown;
}

export { Optional };

/** Steps of one expression, about a tenth of a second. */
const maxSteps = 2_000_000;

let shared: Environment | undefined;

/** The language with the functions of Kubernetes, and no variable yet. */
export function newEnvironment(): Environment {
  const made = new Environment({
    unlistedVariablesAreDyn: false,
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
    limits: { maxAstNodes: 10_000, maxDepth: 200 },
  });
  addLibraries(made);
  return made;
}

function environment(): Environment {
  if (shared === undefined) {
    shared = newEnvironment();
    shared.registerVariable('self', 'dyn');
    shared.registerVariable('oldSelf', 'dyn');
  }
  return shared;
}

/** `wanted`: the type the outcome must have. Throws CompileError. */
export function compile(source: string, wanted: 'bool' | 'string'): Program {
  const { type, ...program } = compileIn(environment(), source);
  if (type !== wanted && type !== 'dyn') {
    throw new CompileError(
      wanted === 'bool' ? 'cel expression must evaluate to a bool' : 'messageExpression must evaluate to a string',
    );
  }
  return program;
}

export interface TypedProgram extends Program {
  /** In the library's words: `list<int>`; `dyn` when it cannot be known. */
  readonly type: string;
}

/** An expression over the variables of an environment. Throws CompileError. */
export function compileIn(environment: Environment, source: string): TypedProgram {
  const text = renameMatches(source);
  refuseBadLiterals(source);
  // The language of rules has no bindings, though the library has.
  if (/\bcel\.bind\s*\(/.test(withoutStrings(source)))
    throw new CompileError('compilation failed: undeclared reference to cel.bind');
  try {
    const parsed = environment.parse(text);
    const { valid, type, error } = parsed.check();
    if (!valid) throw refusalOf(error, source, text);
    const depth = loopDepth(text);
    return {
      source,
      type: type ?? 'dyn',
      usesOldSelf: /\boldSelf\b/.test(withoutStrings(text)),
      run(variables, largest) {
        if (Math.max(largest, 1) ** depth * Math.max(text.length, 1) > maxSteps * 10) {
          throw new CostError('operation cancelled: actual cost limit exceeded');
        }
        try {
          return parsed(variables) as unknown;
        } catch (cause) {
          if (cause instanceof CostError) throw cause;
          throw new RunError(messageOf(cause), { cause });
        }
      },
    };
  } catch (cause) {
    if (cause instanceof CompileError) throw cause;
    if (cause instanceof ParseError || cause instanceof CelTypeError || cause instanceof EvaluationError) {
      throw new CompileError(`compilation failed: ${firstLine(cause)}`, { cause });
    }
    throw cause;
  }
}

/** A name that nobody declared is told as upstream tells it; the rest in the library's words. */
function refusalOf(error: { readonly message: string } | undefined, source: string, text: string): CompileError {
  const name = /^Unknown variable: (\w+)/.exec(error?.message ?? '')?.[1];
  if (name === undefined) return new CompileError(`compilation failed: ${firstLine(error)}`);
  const bare = withoutStrings(text === source ? text : source);
  const at = bare.search(new RegExp(`(?<![\\w.])${name}\\b`));
  return errorAt(source, Math.max(at, 0), `undeclared reference to '${name}' (in container '')`);
}

/** An error as the compiler of upstream shows it: the place, the line, an arrow. `at` counts from 0. */
export function errorAt(source: string, at: number, what: string): CompileError {
  const start = source.lastIndexOf('\n', at - 1) + 1;
  const lines = source.split('\n');
  const line = source.slice(0, start).split('\n').length;
  const arrow = `${'.'.repeat(at - start)}^`;
  return new CompileError(
    `compilation failed: ERROR: <input>:${line}:${at - start + 1}: ${what}\n | ${lines[line - 1] ?? ''}\n | ${arrow}`,
  );
}

/** What is wrong with an argument that stands there as text is wrong at once. */
function refuseBadLiterals(source: string): void {
  for (const found of source.matchAll(/\b(matches|duration|timestamp)\(\s*('(?:[^'\\\n])*'|"(?:[^"\\\n])*")\s*\)/g)) {
    const [whole, name = '', quoted = ''] = found;
    if (isGoodLiteral(name, quoted.slice(1, -1))) continue;
    throw errorAt(source, found.index + whole.indexOf(quoted), `invalid ${name} argument`);
  }
}

function isGoodLiteral(name: string, text: string): boolean {
  if (name === 'timestamp') return !Number.isNaN(Date.parse(text)) && /^\d{4}-\d\d-\d\d[Tt]/.test(text);
  if (name === 'duration') return /^[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/.test(text);
  try {
    regexpOf(text);
    return true;
  } catch (error) {
    if (error instanceof RegexpSyntaxError) return false;
    throw error;
  }
}

const firstLine = (error: { readonly message: string } | undefined): string => error?.message.split('\n')[0] ?? '';

function messageOf(cause: unknown): string {
  const text = firstLine(cause instanceof Error ? cause : new Error(String(cause)));
  // As upstream words the two that users meet most.
  return text.replace(/^No such key: /, 'no such key: ');
}

const strings = /r?(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')/g;

/** The same text, every string in it blanked out. */
export const withoutStrings = (text: string): string =>
  text.replaceAll(strings, (found) => `"${' '.repeat(Math.max(found.length - 2, 0))}"`);

/** The names of functions outside of strings. */
function renameMatches(source: string): string {
  let out = '';
  let last = 0;
  const rename = (part: string): string => part.replaceAll(/\bmatches(\s*\()/g, `${matchesName}$1`);
  for (const found of source.matchAll(strings)) {
    out += rename(source.slice(last, found.index)) + found[0];
    last = found.index + found[0].length;
  }
  return out + rename(source.slice(last));
}

/** How many loops stand inside each other at most: each multiplies the work by the length of what it runs over. */
function loopDepth(text: string): number {
  const bare = withoutStrings(text);
  const open: boolean[] = [];
  let deepest = 0;
  for (let at = 0; at < bare.length; at += 1) {
    if (bare[at] === '(')
      open.push(/\.(?:all|exists|exists_one|map|filter|transformList|transformMap|sortBy)\s*$/.test(bare.slice(0, at)));
    else if (bare[at] === ')') open.pop();
    deepest = Math.max(deepest, open.filter(Boolean).length);
  }
  return deepest;
}

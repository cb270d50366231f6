/** Expressions of admission: match conditions of webhooks, and everything that a policy says. */
import type { Environment } from '@marcbachmann/cel-js';
import { addAuthorizer } from './authorizer.ts';
import { CompileError, compileIn, errorAt, newEnvironment, withoutStrings, type TypedProgram } from './program.ts';

export interface AdmissionVariables {
  /** Whether `params` may be named. */
  readonly params: boolean;
  readonly authorizer: boolean;
  /** Names below `variables`; absent: the word itself is unknown. */
  readonly variables?: readonly string[];
}

export type AdmissionType = 'bool' | 'string' | 'null_type' | 'any';

const environments = new Map<string, Environment>();

function environmentFor({ params, authorizer, variables }: AdmissionVariables): Environment {
  const id = `${params} ${authorizer} ${variables !== undefined}`;
  let found = environments.get(id);
  if (found === undefined) {
    found = newEnvironment();
    addAuthorizer(found, authorizer);
    for (const name of ['object', 'oldObject', 'request', 'namespaceObject']) found.registerVariable(name, 'dyn');
    if (params) found.registerVariable('params', 'dyn');
    if (variables !== undefined) found.registerVariable('variables', 'dyn');
    environments.set(id, found);
  }
  return found;
}

/** Throws CompileError. */
export function compileAdmission(
  source: string,
  wanted: readonly AdmissionType[],
  known: AdmissionVariables,
): TypedProgram {
  refuseUnknownMembers(source, known);
  const program = compileIn(environmentFor(known), source);
  if (wanted.includes('any')) return program;
  const type = typeName(program.type);
  // What the library cannot tell may be right; a bare field cannot.
  const unsure = type === 'dyn' && !/^[\s()]*[A-Za-z_][\w.]*(?:\[[^\]]*\][\w.]*)*[\s()]*$/.test(source);
  if (unsure || wanted.some((one) => one === type)) return program;
  throw new CompileError(
    wanted.length === 1
      ? `must evaluate to ${wanted[0]} but got ${type}`
      : `must evaluate to one of [${wanted.join(' ')}] but got ${type}`,
  );
}

/** What is wrong with an expression, in words for its author. */
export function checkAdmission(
  source: string,
  wanted: readonly AdmissionType[],
  known: AdmissionVariables,
): string | undefined {
  try {
    compileAdmission(source, wanted, known);
    return undefined;
  } catch (error) {
    if (error instanceof CompileError) return error.message;
    throw error;
  }
}

const typeName = (type: string): string =>
  type === 'null' ? 'null_type' : type.replaceAll('<', '(').replaceAll('>', ')');

const requestFields =
  'kind resource subResource requestKind requestResource requestSubResource name namespace operation userInfo dryRun options';
const namespaceFields = 'metadata spec status';
const members = new Map([
  ['request', new Set(requestFields.split(' '))],
  ['namespaceObject', new Set(namespaceFields.split(' '))],
]);

/** Of these the fields are known, so that one that is not there is refused at once. */
function refuseUnknownMembers(source: string, { variables }: AdmissionVariables): void {
  const known = variables === undefined ? members : new Map([...members, ['variables', new Set(variables)]]);
  for (const found of withoutStrings(source).matchAll(/(?<![\w.])(\w+)\s*\.\s*\??(\w+)\b(?!\s*\()/g)) {
    const [whole, root = '', name = ''] = found;
    const fields = known.get(root);
    if (fields === undefined || fields.has(name)) continue;
    throw errorAt(source, found.index + whole.indexOf('.'), `undefined field '${name}'`);
  }
}

/** A map whose values are computed when they are first read. The library takes plain Maps only, so no subclass. */
export function lazyValues(makers: ReadonlyMap<string, () => unknown>): Map<string, unknown> {
  const values = new Map<string, unknown>(Array.from(makers.keys(), (name) => [name, undefined]));
  const read = (name: string): unknown => {
    const known = Map.prototype.get.call(values, name) as unknown;
    if (known !== undefined) return known;
    const value = makers.get(name)?.();
    if (value !== undefined) values.set(name, value);
    return value;
  };
  return Object.assign(values, { get: read });
}

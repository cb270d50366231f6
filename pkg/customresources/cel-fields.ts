/** The fields an expression names, looked up in the schema, as a compiler with types would. */
import { CompileError, errorAt, withoutStrings } from '../cel/index.ts';
import { escaped } from './cel-value.ts';
import { additionalOf, hasAdditional, propertyOf, type Schema } from './schema.ts';

const identity: Schema = { type: 'string' };

/** Follows `self.a.b` as far as the schema says what there is. Throws CompileError. */
export function refuseUnknownFields(source: string, schema: Schema, wanted: 'bool' | 'string', isRoot: boolean): void {
  const text = withoutStrings(source);
  for (const found of text.matchAll(/(?<![\w.])(self|oldSelf)((?:\.\??[A-Za-z_]\w*)+)(\s*\()?/g)) {
    const [whole, root = '', chain = '', call] = found;
    let at = found.index + root.length;
    let type: Schema | undefined = schema;
    const steps = chain.split('.').slice(1);
    // The last name of a call is a function's.
    const names = call === undefined ? steps : steps.slice(0, -1);
    for (const [depth, step] of names.entries()) {
      type = memberOf(type, step.replace(/^\?/, ''), isRoot && depth === 0);
      if (type === undefined) throw errorAt(source, at, `undefined field '${step.replace(/^\?/, '')}'`);
      if (type === anything) break;
      at += step.length + 1;
    }
    const alone = call === undefined && whole === text && !chain.includes('?');
    if (alone && wanted === 'bool' && type?.type !== undefined && type.type !== 'boolean') {
      throw new CompileError('cel expression must evaluate to a bool');
    }
  }
}

/** What nothing is known of. */
const anything: Schema = {};

function memberOf(schema: Schema, name: string, isRoot: boolean): Schema | undefined {
  const own = Object.keys(schema.properties ?? {}).find((key) => escaped(key) === name || key === name);
  if (isRoot || schema['x-kubernetes-embedded-resource'] === true) {
    if (name === 'kind' || name === 'apiVersion') return identity;
    if (name === 'metadata') return { type: 'object', properties: { name: identity, generateName: identity } };
  }
  if (own !== undefined) return propertyOf(schema, own);
  if (hasAdditional(schema)) return additionalOf(schema) ?? anything;
  const open =
    schema['x-kubernetes-preserve-unknown-fields'] === true ||
    schema['x-kubernetes-int-or-string'] === true ||
    (schema.type ?? '') === '';
  return open ? anything : undefined;
}

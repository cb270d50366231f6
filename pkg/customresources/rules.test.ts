import { describe, expect, it } from '@jest/globals';
import { checkExpressions, compileRules } from './rules.ts';
import type { Schema } from './schema.ts';

const object = (spec: object): { metadata: object; spec: object } => ({ metadata: { name: 'a' }, spec });
const schemaOf = (spec: Schema): Schema => ({ type: 'object', properties: { spec } });
const run = (spec: Schema, value: object, before?: object): string[] =>
  (compileRules(schemaOf(spec))?.(object(value), before && object(before)) ?? []).map(
    ({ field, message }) => `${field}: ${message}`,
  );
const limited: Schema = {
  type: 'object',
  properties: { min: { type: 'integer' }, max: { type: 'integer' } },
  'x-kubernetes-validations': [{ rule: 'self.min <= self.max' }],
};

describe('CR2 x-kubernetes-validations', () => {
  it('says which rule failed, or the message in its place', () => {
    expect(run(limited, { min: 2, max: 1 })).toEqual(['spec: Invalid value: failed rule: self.min <= self.max']);
    const said = {
      rule: 'self.min <= self.max',
      message: 'upside down',
      fieldPath: '.min',
      reason: 'FieldValueForbidden',
    };
    expect(run({ ...limited, 'x-kubernetes-validations': [said] }, { min: 2, max: 1 })).toEqual([
      'spec.min: Forbidden: upside down',
    ]);
    const spoken = { rule: 'self.min <= self.max', messageExpression: "'max is ' + string(self.max)" };
    expect(run({ ...limited, 'x-kubernetes-validations': [spoken] }, { min: 2, max: 1 })).toEqual([
      'spec: Invalid value: max is 1',
    ]);
  });

  it('a rule about the change runs on updates only, unless it asks for both', () => {
    const fixed: Schema = {
      type: 'string',
      'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: 'fixed' }],
    };
    const spec: Schema = { type: 'object', properties: { name: fixed } };
    expect(run(spec, { name: 'b' })).toEqual([]);
    expect(run(spec, { name: 'b' }, { name: 'a' })).toEqual(['spec.name: Invalid value: "b": fixed']);
    const both = { rule: "oldSelf.hasValue() || self == 'a'", optionalOldSelf: true, message: 'starts as a' };
    const first: Schema = {
      type: 'object',
      properties: { name: { type: 'string', 'x-kubernetes-validations': [both] } },
    };
    expect(run(first, { name: 'b' })).toEqual(['spec.name: Invalid value: "b": starts as a']);
    expect(run(first, { name: 'b' }, { name: 'a' })).toEqual([]);
  });

  it('what is wrong already and did not change may stay', () => {
    expect(run(limited, { min: 2, max: 1 }, { min: 2, max: 1 })).toEqual([]);
    expect(run(limited, { min: 3, max: 1 }, { min: 2, max: 1 })).toHaveLength(1);
  });

  it("refuses an unknown field in upstream's words", () => {
    const [error] = checkExpressions({ ...limited, 'x-kubernetes-validations': [{ rule: 'self.mni == 1' }] }, 'spec');
    expect(error?.message).toContain(
      "compilation failed: ERROR: <input>:1:5: undefined field 'mni'\n | self.mni == 1\n | ....^",
    );
  });

  it('refuses to run what would take too long', () => {
    const rule = 'self.l.all(a, self.l.all(b, self.l.all(c, a + b + c >= 0)))';
    const spec: Schema = {
      type: 'object',
      properties: { l: { type: 'array', items: { type: 'integer' } } },
      'x-kubernetes-validations': [{ rule }],
    };
    expect(run(spec, { l: Array.from({ length: 2000 }, (_, index) => index) })[0]).toContain('cost limit exceeded');
    expect(run(spec, { l: [1, 2] })).toEqual([]);
  });

  it('patterns that explode elsewhere do not here', () => {
    const spec: Schema = {
      type: 'object',
      properties: { s: { type: 'string' } },
      'x-kubernetes-validations': [{ rule: "!self.s.matches('^(a+)+$')" }],
    };
    expect(run(spec, { s: `${'a'.repeat(5000)}b` })).toEqual([]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { DecodeError, decodeJson, decodeJsonText, duplicateKeys, scanJson } from './index.ts';
import { disguise } from './testdata/disguise.ts';
import { golden, kindNamed } from './testdata/goldens.ts';
import type { ObjectGolden } from './testdata/goldens.ts';
import type { StructType } from './types.ts';

interface Body {
  name: string;
  kind: string;
  text: string;
  json?: string;
  error?: string;
  problems?: string[];
}

type Outcome = { error: string } | { json: string | undefined; problems?: string[] };

function outcome(decode: () => { object: unknown; problems: readonly string[] }): Outcome {
  try {
    const { object, problems } = decode();
    return { json: JSON.stringify(object), ...(problems.length === 0 ? {} : { problems: [...problems] }) };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { error: error.message };
  }
}

const bodies = golden('bodies.json') as Body[];

function expected({ json, error, problems }: Body): Outcome {
  if (error !== undefined) return { error };
  return problems === undefined ? { json } : { json, problems };
}

describe('bodies recorded from the real decoder', () => {
  it.each(bodies)('F2 F6 M6 M7 $name', (body) => {
    expect(outcome(() => decodeJsonText(kindNamed(body.kind), body.text))).toEqual(expected(body));
  });

  const parsed = bodies.filter(({ text }) => {
    try {
      JSON.parse(text);
    } catch {
      return false;
    }
    return duplicateKeys(text).length === 0 && !scanJson(text).looseNumbers;
  });

  it('has enough bodies without duplicates and odd numbers', () => {
    expect(parsed.length).toBeGreaterThan(150);
  });

  it.each(parsed)('decodeJson agrees: $name', (body) => {
    expect(outcome(() => decodeJson(kindNamed(body.kind), JSON.parse(body.text)))).toEqual(expected(body));
  });
});

describe('objects of every kind, printed by Go', () => {
  it.each(golden('objects.json') as ObjectGolden[])('M6 $kind', ({ kind, json }) => {
    const type = kindNamed(kind);
    const { value, problems } = disguise(type, JSON.parse(json), json.length);
    const decoded = decodeJson(type, value);
    expect(JSON.stringify(decoded.object)).toBe(json);
    expect(decoded.problems).toEqual(problems);
  });
});

describe('decodeJson', () => {
  const service = kindNamed('v1 Service');

  it('does not touch its input', () => {
    const input = { spec: { selector: { b: '1', a: '2' }, foo: 1, ports: [{ port: 1, name: '' }] } };
    const copy = structuredClone(input);
    decodeJson(service, input);
    expect(input).toEqual(copy);
  });

  it('F1 drops unknown fields quietly when nobody asks', () => {
    expect(decodeJson(service, { foo: 1, spec: { bar: 1 } }, { report: false })).toEqual({
      object: { metadata: {}, spec: {}, status: { loadBalancer: {} } },
      problems: [],
    });
  });

  it('F2 reports at most 100 problems, each once', () => {
    const unknown = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`x${index}`, 1]));
    expect(decodeJson(service, unknown).problems).toHaveLength(100);
  });

  it('S35 keeps __proto__ in maps as a key of its own', () => {
    const { object } = decodeJson(
      kindNamed('v1 ConfigMap'),
      JSON.parse('{"data":{"__proto__":"x","constructor":"y"}}'),
    );
    expect(JSON.stringify(object)).toBe('{"metadata":{},"data":{"__proto__":"x","constructor":"y"}}');
    expect(Object.getPrototypeOf(object['data'])).toBe(Object.prototype);
  });

  it('ends with an error, not with the stack, on schemas nested without end', () => {
    let schema: unknown = {};
    for (let depth = 0; depth < 20_000; depth++) schema = { not: schema };
    const body = { spec: { versions: [{ schema: { openAPIV3Schema: schema } }] } };
    expect(() => decodeJson(kindNamed('apiextensions.k8s.io/v1 CustomResourceDefinition'), body)).toThrow(DecodeError);
  });

  it('keeps unknown fields of custom kinds in byte order when their schema says so', () => {
    const open: StructType = {
      kind: 'struct',
      name: 'com.example.v1.Widget',
      description: '',
      fields: [],
      byJson: new Map(),
      byProto: new Map(),
      preserveUnknown: true,
    };
    expect(JSON.stringify(decodeJson(open, { b: 1, a: { z: 1, y: null } }))).toBe(
      '{"object":{"a":{"z":1,"y":null},"b":1},"problems":[]}',
    );
  });
});

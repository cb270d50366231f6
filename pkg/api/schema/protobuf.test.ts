import { describe, expect, it } from '@jest/globals';
import { DecodeError, decodeJson, decodeMessage, decodeProtobuf, encodeMessage, encodeProtobuf } from './index.ts';
import { golden, kindNamed } from './testdata/goldens.ts';
import type { ObjectGolden } from './testdata/goldens.ts';

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

const recorded = (golden('objects.json') as ObjectGolden[]).flatMap(({ kind, json, proto, twin }) =>
  proto === undefined ? [] : [{ kind, json, proto, twin: twin ?? json }],
);

describe('protobuf bodies written by Go', () => {
  it('cover nearly all kinds', () => {
    expect(recorded.length).toBeGreaterThan(100);
  });

  it.each(recorded)('M10 M12 M13 decode to their JSON twin: $kind', ({ kind, proto, twin }) => {
    const decoded = decodeProtobuf(bytesOf(proto));
    expect(JSON.stringify(decoded.object)).toBe(twin);
    expect(JSON.stringify(decodeJson(kindNamed(kind), JSON.parse(twin)).object)).toBe(twin);
    expect(`${decoded.apiVersion} ${decoded.kind}`).toBe(kind);
  });

  it.each(recorded)('are written by us byte for byte: $kind', ({ kind, json, proto }) => {
    const type = kindNamed(kind);
    const bytes = encodeProtobuf(type, decodeJson(type, JSON.parse(json)).object);
    expect(base64(bytes)).toBe(proto);
  });
});

/** Builds messages by hand: `[field, wire type, ...bytes]`. */
const field = (number: number, wire: number, ...bytes: number[]): number[] => [(number << 3) | wire, ...bytes];
const text = (number: number, value: string): number[] => {
  const bytes = [...Buffer.from(value)];
  return [...field(number, 2), bytes.length, ...bytes];
};
const message = (number: number, ...parts: number[][]): number[] => {
  const bytes = parts.flat();
  if (bytes.length > 127) throw new Error('keep it short');
  return [...field(number, 2), bytes.length, ...bytes];
};
const envelope = (apiVersion: string, kind: string, ...raw: number[][]): Uint8Array =>
  Uint8Array.from([
    0x6b,
    0x38,
    0x73,
    0,
    ...message(1, text(1, apiVersion), text(2, kind)),
    ...message(2, ...raw),
    ...text(3, ''),
    ...text(4, ''),
  ]);

describe('decodeProtobuf', () => {
  it('M12 reads what kubectl sends for a namespace: zeros everywhere, and none of them meant', () => {
    const metadata = message(1, text(1, 'foo'), text(2, ''), text(3, ''), text(4, ''), text(5, ''), text(6, ''), [
      ...field(7, 0, 0),
      ...message(8),
    ]);
    const body = envelope('v1', 'Namespace', metadata, message(2), message(3, text(1, '')));
    expect(JSON.stringify(decodeProtobuf(body).object)).toBe(
      '{"kind":"Namespace","apiVersion":"v1","metadata":{"name":"foo"},"spec":{},"status":{}}',
    );
  });

  const service = kindNamed('v1 Service');
  const spec = (...parts: number[][]): Uint8Array => Uint8Array.from(message(2, ...parts));
  const decode = (bytes: Uint8Array): string => JSON.stringify(decodeMessage(service, bytes)['spec']);

  it('M12 keeps the zero of a pointer and drops the zero of a value', () => {
    expect(decode(spec(field(20, 0, 1, 0).slice(0, 0), [0xa0, 1, 0], [0x60, 0], [0x68, 0]))).toBe(
      '{"allocateLoadBalancerNodePorts":false}',
    );
  });

  it('reads the zero time behind a pointer as Go prints it, and does not write it again', () => {
    const body = Uint8Array.from(message(1, text(1, 'x'), message(8), message(9)));
    const object = decodeMessage(service, body);
    expect(JSON.stringify(object['metadata'])).toBe('{"name":"x","deletionTimestamp":null}');
    expect(decodeMessage(service, encodeMessage(service, object))['metadata']).toEqual({ name: 'x' });
  });

  it('M14 passes over fields nobody knows', () => {
    const unknown = [field(15, 0, 5), field(15, 1, 0, 0, 0, 0, 0, 0, 0, 0), text(15, 'x'), field(15, 5, 0, 0, 0, 0)];
    expect(decode(spec(...unknown, text(3, '10.0.0.1'), ...unknown))).toBe('{"clusterIP":"10.0.0.1"}');
  });

  it('takes the last of several values, and every item of a list', () => {
    expect(decode(spec(text(3, 'a'), text(5, 'x'), text(3, 'b'), text(5, 'y')))).toBe(
      '{"clusterIP":"b","externalIPs":["x","y"]}',
    );
  });

  it('S35 keeps __proto__ in maps, sorts keys, and lets the last of equal keys win', () => {
    const entry = (key: string, value: string): number[] => message(2, text(1, key), text(2, value));
    const body = spec(entry('b', '1'), entry('__proto__', '2'), entry('b', '3'), message(2, text(1, 'a')));
    expect(decode(body)).toBe('{"selector":{"__proto__":"2","a":"","b":"3"}}');
  });

  it('reads packed numbers as well as single ones', () => {
    const pod = kindNamed('v1 Pod');
    const groups = message(14, field(4, 0, 5), message(4, [6, 7]));
    expect(decodeMessage(pod, Uint8Array.from(message(2, groups)))).toMatchObject({
      spec: { securityContext: { supplementalGroups: [5, 6, 7] } },
    });
  });

  it('reads negative numbers of ten bytes, and of five', () => {
    const minus = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];
    expect(decode(spec([0x60, ...minus]))).toBe('{"healthCheckNodePort":-1}');
    expect(decode(spec([0x60, 0xff, 0xff, 0xff, 0xff, 0x0f]))).toBe('{"healthCheckNodePort":-1}');
    expect(decodeMessage(service, Uint8Array.from(message(1, [0x38, ...minus])))).toMatchObject({
      metadata: { generation: -1 },
    });
  });

  it.each([
    ['cut in a varint', spec([0x60, 0x80])],
    ['cut in a string', Uint8Array.from([0x12, 3, 0x1a, 9, 0x61])],
    ['longer than the body', Uint8Array.from([0x12, 200, 1, 0x61])],
    ['a varint of eleven bytes', spec([0x60, ...Array.from({ length: 10 }, () => 0x80), 1])],
    ['a negative length', spec([0x1a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1])],
    ['field number zero', spec([0x00, 1])],
    ['a group', spec(field(15, 3), field(15, 4))],
    ['wire type 7', spec(field(15, 7))],
    ['a number where text belongs', spec(field(3, 0, 1))],
    ['text where a number belongs', spec(text(12, 'x'))],
    ['broken UTF-8', spec([0x1a, 1, 0xff])],
    ['a surrogate in UTF-8', spec([0x1a, 3, 0xed, 0xa0, 0x80])],
    ['an int-or-string of a third type', spec(message(1, message(4, field(1, 0, 2))))],
    ['a cut double', Uint8Array.from([0x79, 0, 0])],
  ])('M14 refuses %s', (_, bytes) => {
    expect(() => decodeMessage(service, bytes)).toThrow(DecodeError);
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['another beginning', Uint8Array.from([0x6b, 0x38, 0x73, 1, 0x0a, 0])],
    ['no kind', envelope('v1', '')],
    ['a kind nobody knows', envelope('v1', 'Widget')],
    ['a kind of another group', envelope('apps/v1', 'Service')],
    ['a kind named like a property', envelope('v1', 'constructor')],
  ])('M11 refuses an envelope with %s', (_, bytes) => {
    expect(() => decodeProtobuf(bytes)).toThrow(DecodeError);
  });

  it('M14 ends at 64 levels of nesting', () => {
    const crd = kindNamed('apiextensions.k8s.io/v1 CustomResourceDefinition');
    const schema = { spec: { versions: [{ schema: { openAPIV3Schema: nested(55) } }] } };
    const deeper = { spec: { versions: [{ schema: { openAPIV3Schema: nested(70) } }] } };
    expect(decodeMessage(crd, encodeMessage(crd, schema))).toMatchObject(schema);
    expect(() => decodeMessage(crd, encodeMessage(crd, deeper))).toThrow('nested too deeply');
  });

  it('holds JSON inside protobuf to the limits of JSON', () => {
    const revision = kindNamed('apps/v1 ControllerRevision');
    const body = (data: string): Uint8Array => Uint8Array.from(message(2, text(1, data)));
    expect(decodeMessage(revision, body('{"b":1,"a":[]}'))).toMatchObject({ data: { b: 1, a: [] } });
    expect(() => decodeMessage(revision, body('{"a":'))).toThrow('unexpected end of JSON input');
    const deep = encodeMessage(revision, { data: JSON.parse('['.repeat(101) + ']'.repeat(101)) as unknown });
    expect(() => decodeMessage(revision, deep)).toThrow(DecodeError);
  });
});

function nested(depth: number): unknown {
  return depth === 0 ? { type: 'string' } : { not: nested(depth - 1) };
}

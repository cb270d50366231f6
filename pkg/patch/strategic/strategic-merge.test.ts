import { describe, expect, it } from '@jest/globals';
import { isStatusError, type StatusError } from '../../api/status.ts';
import { golden } from '../testdata/golden.ts';
import { struct, typeOf } from '../testdata/kinds.ts';
import { applyStrategicMergePatch } from './strategic-merge.ts';

interface Case {
  readonly name?: string;
  readonly kind: string;
  readonly live: unknown;
  readonly patch: unknown;
  readonly out?: unknown;
  readonly err?: string;
}

function refusal(kind: string, live: unknown, patch: unknown): StatusError | undefined {
  try {
    applyStrategicMergePatch(typeOf(kind), live, patch);
    return undefined;
  } catch (error) {
    if (isStatusError(error)) return error;
    throw error;
  }
}

/** What upstream's API server makes of its library's errors. */
function codeOf(message: string): number {
  if (/^invalid patch format|^strategic merge patch format/.test(message)) return 400;
  return message === 'lists of lists are not supported' ? 422 : 500;
}

describe('strategic merge patch', () => {
  it.each(
    (golden('strategic-merge') as readonly Case[]).map((each, index) => ({ name: `random case ${index}`, ...each })),
  )('$name', ({ kind, live, patch, out, err }) => {
    if (err === undefined) {
      expect(applyStrategicMergePatch(typeOf(kind), live, patch)).toEqual(out);
      return;
    }
    const error = refusal(kind, live, patch);
    expect({ code: error?.code, why: (error?.cause as Error | undefined)?.message ?? error?.message }).toEqual({
      code: codeOf(err),
      why: err,
    });
  });

  it('answers 400 for what is no object, and takes null for an empty patch', () => {
    expect(refusal('v1/Service', {}, [])).toMatchObject({
      code: 400,
      message: 'json: cannot unmarshal array into Go value of type map[string]interface {}',
    });
    expect(applyStrategicMergePatch(typeOf('v1/Service'), { a: 1 }, null)).toEqual({ a: 1 });
  });

  it('is not for custom resources', () => {
    const type = struct('Free', {}, { preserveUnknown: true });
    expect(() => applyStrategicMergePatch(type, {}, {})).toThrow('strategic merge patch format is not supported');
    expect(() => applyStrategicMergePatch({ kind: 'json' }, {}, {})).toThrow('is not supported');
  });

  it('keeps the order of keys and puts new ones last', () => {
    const live = { spec: { type: 'x', sessionAffinity: 'y', externalName: 'z' } };
    const patch = { spec: { clusterIP: 'n', sessionAffinity: 'w' } };
    const { spec } = applyStrategicMergePatch(typeOf('v1/Service'), live, patch) as { spec: object };
    expect(Object.keys(spec)).toEqual(['type', 'sessionAffinity', 'externalName', 'clusterIP']);
  });

  it('survives long lists', () => {
    const ports = Array.from({ length: 2000 }, (_, port) => ({ port, name: `p${port}` }));
    const patch = {
      spec: { ports: ports.map(({ port }) => ({ port, nodePort: 1 })), '$setElementOrder/ports': ports.toReversed() },
    };
    expect(refusal('v1/Service', { spec: { ports } }, patch)?.message).toMatch(/^The order in patch list/);
    const reversed = { spec: { ports: patch.spec.ports.toReversed(), '$setElementOrder/ports': ports.toReversed() } };
    const merged = applyStrategicMergePatch(typeOf('v1/Service'), { spec: { ports } }, reversed);
    expect(merged).toEqual({ spec: { ports: ports.map((port) => ({ ...port, nodePort: 1 })).toReversed() } });
  });
});

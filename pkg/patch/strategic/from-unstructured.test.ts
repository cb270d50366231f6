import { describe, expect, it } from '@jest/globals';
import type { StructType } from '../../api/schema/types.ts';
import { typeOf } from '../testdata/kinds.ts';
import { fromUnstructured } from './from-unstructured.ts';

const service = typeOf('v1/Service') as StructType;

const copied = (spec: unknown): unknown => {
  try {
    return (fromUnstructured(service, { spec }) as { spec: unknown }).spec;
  } catch (error) {
    return error instanceof Error ? error.message : error;
  }
};

/** Recorded from kube-apiserver 1.36.3 with strategic merge patches. */
describe('F4 a merged object as Go copies it into its struct', () => {
  it.each([
    [{ sessionAffinityConfig: 'x' }, 'cannot restore struct from: string'],
    [{ ports: {} }, 'cannot restore slice from map'],
    [{ selector: [] }, 'cannot restore map from slice'],
    [{ internalTrafficPolicy: 5 }, 'cannot convert int64 to v1.ServiceInternalTrafficPolicy'],
    [{ clusterIP: true }, 'unrecognized type: string'],
    [{ publishNotReadyAddresses: 'true' }, 'unrecognized type: bool'],
    [{ ports: [{ port: '80' }] }, 'unrecognized type: int32'],
    [{ ports: [{ port: 1.5 }] }, 'cannot convert float64 to int32'],
    [{ ports: [{ targetPort: true }] }, 'json: cannot unmarshal bool into Go value of type int32'],
  ])('%j: %s', (spec, message) => {
    expect(copied(spec)).toBe(message);
  });

  it('narrows numbers without a check', () => {
    expect(copied({ ports: [{ port: 3_000_000_000 }] })).toEqual({ ports: [{ port: -1_294_967_296 }] });
  });

  it('keeps unknown fields and dangerous keys for the decoder', () => {
    const spec: unknown = JSON.parse('{"foo":1,"selector":{"__proto__":"x"}}');
    expect(JSON.stringify(copied(spec))).toBe('{"foo":1,"selector":{"__proto__":"x"}}');
  });
});

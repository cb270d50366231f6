import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { StatusError } from '../../api/status.ts';
import { isList, isObject } from '../json/json-object.ts';
import { anyJson, valueOf } from '../testdata/arbitrary.ts';
import { deepFreeze } from '../testdata/golden.ts';
import { typeOf } from '../testdata/kinds.ts';
import { applyStrategicMergePatch } from './strategic-merge.ts';

const service = typeOf('v1/Service');
const spec = service.kind === 'struct' ? (service.byJson.get('spec')?.type ?? service) : service;
/** M22: two ports with one number would be merged one after the other, and each time the last one wins. */
const specs = valueOf(spec).map((value) => {
  const ports = isObject(value) && isList(value['ports']) ? value['ports'] : undefined;
  if (ports === undefined) return { spec: value };
  const byPort = new Map(ports.filter(isObject).map((port) => [port['port'], port]));
  return { spec: { ...(value as object), ports: [...byPort.values()] } };
});

describe('strategic merge patch', () => {
  it('refuses garbage or applies it, and never touches its inputs', () => {
    const run = (live: unknown, patch: unknown): void => {
      try {
        applyStrategicMergePatch(service, deepFreeze(live), deepFreeze(patch));
      } catch (error) {
        expect(error).toBeInstanceOf(StatusError);
      }
    };
    fc.assert(fc.property(anyJson, anyJson, run));
    const specOf = fc.record({ spec: anyJson, metadata: anyJson }, { noNullPrototype: true });
    fc.assert(fc.property(specOf, specOf, run));
  });

  it('without directives changes nothing the second time', () => {
    fc.assert(
      fc.property(specs, specs, (live, patch) => {
        const once = applyStrategicMergePatch(service, deepFreeze(live), deepFreeze(patch));
        expect(applyStrategicMergePatch(service, deepFreeze(once), patch)).toEqual(once);
      }),
      { numRuns: 50 },
    );
  });

  it('M21 puts listed elements in the order of the directive', () => {
    const ports = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 6 });
    fc.assert(
      fc.property(ports, ports, (live, order) => {
        fc.pre(live.length > 0);
        const patch = { spec: { '$setElementOrder/ports': order.map((port) => ({ port })) } };
        const document = { spec: { ports: live.map((port) => ({ port })) } };
        const merged = applyStrategicMergePatch(service, document, patch) as { spec: { ports: { port: number }[] } };
        const result = merged.spec.ports.map(({ port }) => port);
        expect(new Set(result)).toEqual(new Set(live));
        expect(result).toHaveLength(live.length);
        expect(result.filter((port) => order.includes(port))).toEqual(order.filter((port) => live.includes(port)));
        expect(result.filter((port) => !order.includes(port))).toEqual(live.filter((port) => !order.includes(port)));
      }),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nodePlaces } from './places.ts';
import { PodAddresses } from './pod-addresses.ts';

const ranges = new Map([
  ['a', '10.244.0.0/28'],
  ['b', '10.244.1.0/28'],
]);
const uid = fc.integer({ min: 0, max: 40 }).map(String);
const node = fc.constantFrom('a', 'b');
const step = fc.oneof(
  fc.record({ kind: fc.constant('take' as const), node, uid }),
  fc.record({ kind: fc.constant('release' as const), uid }),
  fc.record({ kind: fc.constant('reserve' as const), node, uid, host: fc.integer({ min: 0, max: 15 }) }),
);

describe('PodAddresses', () => {
  it('never gives one address to two Pods, and none to a Pod only when all are taken', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const addresses = new PodAddresses(ranges);
        const model = new Map<string, string>();
        for (const one of steps) {
          if (one.kind === 'release') {
            addresses.release(one.uid);
            model.delete(one.uid);
          } else if (one.kind === 'take') {
            const known = model.get(one.uid);
            const ip = addresses.take(one.node, one.uid);
            if (known !== undefined) expect(ip).toBe(known);
            else if (ip === undefined) expect(usableTaken(model, one.node)).toBe(13);
            else {
              expect([...model.values()]).not.toContain(ip);
              model.set(one.uid, ip);
            }
          } else if (!model.has(one.uid)) {
            const ip = `10.244.${one.node === 'a' ? 0 : 1}.${one.host}`;
            const free = ![...model.values()].includes(ip);
            expect(addresses.reserve(one.node, one.uid, ip)).toBe(free);
            if (free) model.set(one.uid, ip);
          }
        }
      }),
    );
  });
});

/** Of .2 to .14. */
const usableTaken = (model: ReadonlyMap<string, string>, name: string): number =>
  [...model.values()].filter((ip) => {
    const [, , third, host] = ip.split('.').map(Number);
    return third === (name === 'a' ? 0 : 1) && (host ?? 0) >= 2 && (host ?? 0) <= 14;
  }).length;

describe('nodePlaces', () => {
  it('goes beyond 255 addresses, and says when the range is too small', () => {
    const places = nodePlaces({ count: 256 });
    expect(places.at(-1)).toEqual({ name: 'node-255', zone: 'a', hostIP: '10.240.1.0', podCidr: '10.244.255.0/24' });
    expect(new Set(places.map(({ podCidr }) => podCidr)).size).toBe(256);
    expect(nodePlaces({ count: 1024 }).at(-1)?.podCidr).toBe('10.247.255.0/24');
    expect(() => nodePlaces({ count: 1025 })).toThrow('10.244.0.0/14 has no room for 1025 nodes');
    expect(() => nodePlaces({ count: 9, podCidr: '10.0.0.0/21' })).toThrow('10.0.0.0/21 has no room for 9 nodes');
  });
});

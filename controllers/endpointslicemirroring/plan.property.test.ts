import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { EndpointSlice } from '../../pkg/api/types.ts';
import { explode, mirrorManager, parseAddress, portGroupKey } from '../../pkg/endpoints/index.ts';
import { applyToObjects } from '../../pkg/steps/index.ts';
import { handwritten, runs, shuffled, strangeSlices } from '../../pkg/testing/build/arbitrary.ts';
import { deepFreeze } from '../../pkg/testing/build/deep-freeze.ts';
import { expectSame } from '../../pkg/testing/build/expect-same.ts';
import { service } from '../../pkg/testing/build/objects.ts';
import { planMirror } from './plan.ts';

const owner = service({ spec: { selector: null as never } });
const worlds = fc.record({ endpoints: handwritten, slices: strangeSlices(mirrorManager) });
const names = { namespace: 'ns', name: 'svc', service: owner };

const mirrored = (slices: readonly EndpointSlice[]): string[] =>
  slices
    .flatMap(({ endpoints, ports }) =>
      (endpoints ?? []).flatMap(({ addresses, conditions }) =>
        ((ports ?? []).length === 0 ? [undefined] : (ports ?? [])).map(
          (port) => `${addresses[0]} ${port?.port ?? '-'} ${conditions?.ready}`,
        ),
      ),
    )
    .sort();

describe('planMirror, for any Endpoints object', () => {
  it('says what it says, one slice a family and port list, and then rests', () => {
    fc.assert(
      fc.property(worlds, ({ endpoints, slices }) => {
        const inputs = deepFreeze({ ...names, endpoints, slices });
        const plan = planMirror(inputs);
        const after = applyToObjects(slices, plan.steps);
        const again = planMirror({ ...inputs, slices: after }).steps.filter(({ kind }) => kind !== 'event');
        expectSame(again, []);

        const said = new Map<string, boolean>();
        for (const { address, port, ready } of explode(endpoints.subsets)) {
          const key = `${parseAddress(address.ip)?.text} ${port?.port ?? '-'}`;
          // Not ready wins (E11).
          if (parseAddress(address.ip) !== undefined) said.set(key, ready && said.get(key) !== false);
        }
        const bare = (key: string): boolean => key.endsWith('-') && barelyShadowed(key, said);
        const statements = [...said].filter(([key]) => !bare(key)).map(([key, ready]) => `${key} ${ready}`);
        const found = mirrored(after).filter((statement) => !bare(statement.replace(/ \w+$/, '')));
        expectSame(found, statements.sort());

        const groups = after.map(({ addressType, ports }) => `${addressType} ${portGroupKey(ports)}`);
        expect(new Set(groups).size).toBe(groups.length);
      }),
      runs(1500),
    );
  });

  it('plans the same for any order of slices', () => {
    const orders = worlds.chain((world) => fc.record({ world: fc.constant(world), slices: shuffled(world.slices) }));
    fc.assert(
      fc.property(orders, ({ world, slices }) => {
        expectSame(planMirror({ ...names, ...world, slices }), planMirror({ ...names, ...world }));
      }),
      runs(500),
    );
  });
});

/** An address listed without ports may share a subset with one that has some (E11b); then the ports speak for it. */
function barelyShadowed(key: string, said: ReadonlyMap<string, boolean>): boolean {
  const [ip] = key.split(' ');
  return [...said.keys()].some((other) => other !== key && other.startsWith(`${ip} `));
}

import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Endpoints } from '../../pkg/api/types.ts';
import { explode } from '../../pkg/endpoints/index.ts';
import { applyToObjects } from '../../pkg/steps/index.ts';
import { handwritten, pods, runs, services, shuffled } from '../../pkg/testing/build/arbitrary.ts';
import { deepFreeze } from '../../pkg/testing/build/deep-freeze.ts';
import { expectSame } from '../../pkg/testing/build/expect-same.ts';
import type { EndpointsInputs } from './plan.ts';
import { planEndpoints } from './plan.ts';

const names = { namespace: 'ns', name: 'svc' };
const worlds = fc.record({ service: services, pods: pods(), current: fc.option(handwritten, { nil: undefined }) });

/** `address port state pod`. */
function statements(object: Endpoints | undefined): string[] {
  return explode(object?.subsets).map(
    ({ address, port, ready }) => `${address.ip} ${port?.name}=${port?.port} ${ready} ${address.targetRef?.name}`,
  );
}

function after(inputs: EndpointsInputs): Endpoints | undefined {
  return applyToObjects(inputs.current === undefined ? [] : [inputs.current], planEndpoints(inputs).steps)[0];
}

describe('planEndpoints, for any Service', () => {
  it('writes at most once, then rests; the result depends on nothing that stood there before', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const inputs = deepFreeze({ ...names, ...world });
        const { steps } = planEndpoints(inputs);
        expect(steps.length).toBeLessThanOrEqual(1);
        const current = after(inputs);
        expectSame(planEndpoints({ ...inputs, current }).steps, []);
        expectSame(statements(current).sort(), statements(after({ ...inputs, current: undefined })).sort());
      }),
      runs(1500),
    );
  });

  it('lists each pod once a port, and no subset without addresses', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const object = after({ ...names, ...world, current: undefined });
        const list = statements(object);
        expect(new Set(list).size).toBe(list.length);
        for (const { addresses, notReadyAddresses } of object?.subsets ?? []) {
          expect([...(addresses ?? []), ...(notReadyAddresses ?? [])]).not.toEqual([]);
        }
      }),
      runs(500),
    );
  });

  it('plans the same for any order of pods', () => {
    const orders = worlds.chain((world) => fc.record({ world: fc.constant(world), pods: shuffled(world.pods) }));
    fc.assert(
      fc.property(orders, ({ world, pods: order }) => {
        expectSame(planEndpoints({ ...names, ...world, pods: order }), planEndpoints({ ...names, ...world }));
      }),
      runs(500),
    );
  });
});

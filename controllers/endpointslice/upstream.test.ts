/**
 * Four hundred Services with a past, planned here and by the published upstream reconciler (k8s.io/endpointslice
 * 0.36.3; how to record them anew: hack/oracle/endpointslice). Upstream picks at random among equals, so slices are
 * compared by what they hold together, not by which of them holds what.
 */
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Endpoint, EndpointSlice, Node, Pod, Service } from '../../pkg/api/types.ts';
import { endpointIdentity, headlessLabel, portGroupKey, withoutKeys } from '../../pkg/endpoints/index.ts';
import type { Step } from '../../pkg/steps/index.ts';
import { applyToObjects } from '../../pkg/steps/index.ts';
import type { Recorded } from '../../pkg/testing/build/recorded.ts';
import { countWrites, recorded, stepsOf } from '../../pkg/testing/build/recorded.ts';
import { hintModeOf, nodeShares } from '../../pkg/topology/index.ts';
import { isPlaceholder } from './placeholder.ts';
import { defaultSliceOptions, planEndpointSlices } from './plan.ts';
import { isOwnedBy } from './template.ts';

interface Given {
  readonly service: Service;
  readonly pods: Pod[];
  readonly nodes: Node[];
  readonly slices: EndpointSlice[];
  readonly max: number;
  readonly triggerTime: string;
}
type Case = Recorded<Given, EndpointSlice>;

const cases = recorded<Given, EndpointSlice>(join(import.meta.dirname, 'testdata/upstream.jsonl.gz'));

const proportional = ({ given }: Case): boolean =>
  hintModeOf(given.service, defaultSliceOptions).kind === 'proportional';

/** H16: upstream keeps the placeholder of an earlier Service of this name. */
const keepsForeignPlaceholder = ({ given: { service, slices } }: Case): boolean =>
  slices.some(
    (slice) =>
      !isOwnedBy(slice, service) &&
      (['IPv4', 'IPv6'] as const).some((family) =>
        isPlaceholder(
          { ...slice, metadata: { ...slice.metadata, ownerReferences: ownedBy(service) } },
          service,
          family,
        ),
      ),
  );
const ownedBy = (service: Service) => [
  { apiVersion: 'v1', kind: 'Service', name: 'svc', uid: service.metadata.uid ?? '' },
];

function plan({ given: { max, triggerTime, ...inputs } }: Case) {
  return planEndpointSlices({
    ...inputs,
    shares: nodeShares(inputs.nodes),
    triggerTime: triggerTime === '' ? undefined : triggerTime,
    options: { maxEndpointsPerSlice: max },
  });
}

/** H9: upstream may leave hints on what is not ready. */
function content(endpoint: Endpoint, hints: boolean): unknown {
  const { hints: found, ...rest } = endpoint;
  return hints && endpoint.conditions?.ready ? { ...rest, hints: found } : rest;
}

const entriesOf = (map: Record<string, string> = {}): string[] =>
  Object.entries(map)
    .map(([key, value]) => `${key}=${value}`)
    .sort();

/** All that can be said of slices without saying which is which. */
function state(slices: readonly EndpointSlice[], hints: boolean): unknown {
  const groups = Map.groupBy(slices, ({ addressType, ports }) => `${addressType} ${portGroupKey(ports)}`);
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, members]) => ({
      group,
      sizes: members.map(({ endpoints }) => (endpoints ?? []).length).sort((a, b) => a - b),
      endpoints: members
        .flatMap(({ endpoints }) => endpoints ?? [])
        .map((endpoint): [string, unknown] => [endpointIdentity(endpoint), content(endpoint, hints)])
        .sort(([a], [b]) => (a < b ? -1 : 1)),
      surroundings: members
        .map(({ metadata: { labels, annotations, ownerReferences } }) =>
          JSON.stringify([
            // S15: upstream puts the headless label right on some writes and not on others.
            entriesOf(withoutKeys(labels, new Set([headlessLabel]))),
            entriesOf(annotations),
            ownerReferences,
          ]),
        )
        .sort(),
    }));
}

/** How many endpoints have hints, and for how many zones. */
function hintFigures(slices: readonly EndpointSlice[]): unknown {
  const ready = slices.flatMap(({ endpoints }) => endpoints ?? []).filter(({ conditions }) => conditions?.ready);
  return { hinted: ready.filter(({ hints }) => hints !== undefined).length };
}

const eventsOf = (steps: readonly Step<EndpointSlice>[]): string[] =>
  steps.flatMap((step) => (step.kind === 'event' ? [`${step.type} ${step.reason} ${step.message}`] : [])).sort();

describe('the same as upstream', () => {
  const [proportionalOnes, others] = [cases.filter(proportional), cases.filter((each) => !proportional(each))];

  it(`writes as often and the same, ${others.length} times`, () => {
    for (const each of others.filter((one) => !keepsForeignPlaceholder(one))) {
      const { steps, failure } = plan(each);
      const theirs = stepsOf(each.upstream);
      expect({ given: each.given, writes: countWrites(steps) }).toEqual({
        given: each.given,
        writes: countWrites(theirs),
      });
      expect(state(applyToObjects(each.given.slices, steps), true)).toEqual(
        state(applyToObjects(each.given.slices, theirs), true),
      );
      expect(failure).toBe(each.upstream.error);
      expect(eventsOf(steps)).toEqual([...each.upstream.events].sort());
    }
  });

  it(`shares hints out as widely, with no more writes, ${proportionalOnes.length} times`, () => {
    for (const each of proportionalOnes.filter((one) => !keepsForeignPlaceholder(one))) {
      const { steps, failure } = plan(each);
      const theirs = stepsOf(each.upstream);
      const after = applyToObjects(each.given.slices, steps);
      const afterTheirs = applyToObjects(each.given.slices, theirs);
      expect(state(after, false)).toEqual(state(afterTheirs, false));
      expect(hintFigures(after)).toEqual(hintFigures(afterTheirs));
      expect(failure).toBe(each.upstream.error);
      // H8: upstream tells of one family only.
      expect(eventsOf(steps)).toEqual(expect.arrayContaining(each.upstream.events));
      for (const verb of ['create', 'update', 'delete']) {
        expect(countWrites(steps)[verb]).toBeLessThanOrEqual(countWrites(theirs)[verb] ?? 0);
      }
    }
  });

  it('was recorded widely enough to mean something', () => {
    const all = cases.flatMap(({ upstream }) => upstream.writes);
    const seen = countWrites(all.map(({ verb }) => ({ kind: verb })));
    expect(Object.values(seen).every((count) => count > 100)).toBe(true);
    expect(proportionalOnes.length).toBeGreaterThan(40);
    expect(cases.filter(keepsForeignPlaceholder).length).toBeLessThan(40);
    expect(cases.some(({ upstream }) => upstream.error !== undefined)).toBe(true);
  });
});

/**
 * Four hundred Services with a past, planned here and by the published upstream reconciler (k8s.io/endpointslice
 * 0.36.3; how to record them anew: hack/oracle/endpointslice). Upstream picks at random among equals, so slices are
 * compared by what they hold together, not by which of them holds what.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import type { Endpoint, EndpointSlice, Node, Pod, Service } from '../../pkg/api/types.ts';
import { endpointIdentity, headlessLabel, portGroupKey, withoutKeys } from '../../pkg/endpoints/index.ts';
import type { Step } from '../../pkg/steps/index.ts';
import { applyToObjects } from '../../pkg/steps/index.ts';
import { hintModeOf, nodeShares } from '../../pkg/topology/index.ts';
import { isPlaceholder } from './placeholder.ts';
import { defaultSliceOptions, planEndpointSlices } from './plan.ts';
import { isOwnedBy } from './template.ts';

interface Recorded {
  readonly given: {
    readonly service: Service;
    readonly pods: Pod[];
    readonly nodes: Node[];
    readonly slices: EndpointSlice[];
    readonly max: number;
    readonly triggerTime: string;
  };
  readonly upstream: {
    readonly writes: { verb: 'create' | 'update' | 'delete'; name?: string; object?: EndpointSlice }[];
    readonly events: string[];
    readonly error?: string;
  };
}

const file = join(import.meta.dirname, 'testdata/upstream.jsonl.gz');
const recorded = gunzipSync(readFileSync(file))
  .toString()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded);

const proportional = ({ given }: Recorded): boolean =>
  hintModeOf(given.service, defaultSliceOptions).kind === 'proportional';

/** H16: upstream keeps the placeholder of an earlier Service of this name. */
const keepsForeignPlaceholder = ({ given: { service, slices } }: Recorded): boolean =>
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

function plan({ given: { max, triggerTime, ...inputs } }: Recorded) {
  return planEndpointSlices({
    ...inputs,
    shares: nodeShares(inputs.nodes),
    triggerTime: triggerTime === '' ? undefined : triggerTime,
    options: { maxEndpointsPerSlice: max },
  });
}

/** Upstream's requests as steps, so that both are applied alike. */
function stepsOf({ upstream: { writes } }: Recorded): Step<EndpointSlice>[] {
  const common = {
    resource: { group: '', version: '', resource: '', kind: '', namespaced: true },
    because: '',
    chain: '',
  };
  return writes.map(({ verb, name, object }): Step<EndpointSlice> => {
    if (verb === 'delete' || object === undefined) {
      const gone: EndpointSlice = { metadata: { name: name ?? '' }, addressType: '', endpoints: [] };
      return { ...common, kind: 'delete', object: gone, precondition: {} };
    }
    return verb === 'create' ? { ...common, kind: verb, object } : { ...common, kind: verb, object, precondition: {} };
  });
}

const counts = (steps: readonly { kind: string }[]): Record<string, number> => {
  const of = (wanted: string): number => steps.filter(({ kind }) => kind === wanted).length;
  return { create: of('create'), update: of('update'), delete: of('delete') };
};

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
  const [proportionalOnes, others] = [recorded.filter(proportional), recorded.filter((each) => !proportional(each))];

  it(`writes as often and the same, ${others.length} times`, () => {
    for (const each of others.filter((one) => !keepsForeignPlaceholder(one))) {
      const { steps, failure } = plan(each);
      const theirs = stepsOf(each);
      expect({ given: each.given, writes: counts(steps) }).toEqual({ given: each.given, writes: counts(theirs) });
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
      const theirs = stepsOf(each);
      const after = applyToObjects(each.given.slices, steps);
      const afterTheirs = applyToObjects(each.given.slices, theirs);
      expect(state(after, false)).toEqual(state(afterTheirs, false));
      expect(hintFigures(after)).toEqual(hintFigures(afterTheirs));
      expect(failure).toBe(each.upstream.error);
      // H8: upstream tells of one family only.
      expect(eventsOf(steps)).toEqual(expect.arrayContaining(each.upstream.events));
      for (const verb of ['create', 'update', 'delete']) {
        expect(counts(steps)[verb]).toBeLessThanOrEqual(counts(theirs)[verb] ?? 0);
      }
    }
  });

  it('was recorded widely enough to mean something', () => {
    const all = recorded.flatMap(({ upstream }) => upstream.writes);
    const seen = counts(all.map(({ verb }) => ({ kind: verb })));
    expect(Object.values(seen).every((count) => count > 100)).toBe(true);
    expect(proportionalOnes.length).toBeGreaterThan(40);
    expect(recorded.filter(keepsForeignPlaceholder).length).toBeLessThan(40);
    expect(recorded.some(({ upstream }) => upstream.error !== undefined)).toBe(true);
  });
});

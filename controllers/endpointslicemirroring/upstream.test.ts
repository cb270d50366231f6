/**
 * Three hundred hand-made Endpoints with a past, planned here and synced by the mirroring controller of Kubernetes
 * 1.36.3 (how to record them anew: hack/oracle/controllers).
 */
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Endpoints, EndpointSlice, Service } from '../../pkg/api/types.ts';
import { endpointIdentity, portGroupKey } from '../../pkg/endpoints/index.ts';
import type { Step } from '../../pkg/steps/index.ts';
import { applyToObjects } from '../../pkg/steps/index.ts';
import { countWrites, recorded, stepsOf } from '../../pkg/testing/build/recorded.ts';
import { planMirror } from './plan.ts';

interface Given {
  readonly service: Service;
  readonly current: Endpoints;
  readonly slices: EndpointSlice[];
  readonly max: number;
}

const cases = recorded<Given, EndpointSlice>(join(import.meta.dirname, 'testdata/upstream.jsonl.gz'));

const groupOf = ({ addressType, ports }: EndpointSlice): string => `${addressType} ${portGroupKey(ports)}`;

/** M11: which of several slices of one group upstream keeps is chance. */
const hasTwins = ({ slices }: Given): boolean => new Set(slices.map(groupOf)).size < slices.length;

/** H19: upstream writes such an object's slices at every sync. */
const carriesOwnLabels = ({ current }: Given): boolean =>
  Object.hasOwn(current.metadata.labels ?? {}, 'kubernetes.io/service-name');

/** H18: with several slices to create, upstream recycles for one and takes another off its list. */
const mixesUp = (given: Given): boolean => {
  const { steps } = plan(given);
  const fresh = steps.filter((step) => step.kind === 'create' || ('because' in step && step.because === 'recycled'));
  return fresh.length > 1 && fresh.some(({ kind }) => kind === 'update');
};

/** Upstream is asked twice at the start, by the Endpoints object and by the Service, and may write twice. */
function once(steps: Step<EndpointSlice>[]): Step<EndpointSlice>[] {
  const first = new Map<string, Step<EndpointSlice>>();
  for (const step of steps) {
    if (!('object' in step) || step.kind === 'event') continue;
    const key = step.kind === 'create' ? groupOf(step.object) : (step.object.metadata.name ?? '');
    if (!first.has(key)) first.set(key, step);
  }
  return [...first.values()];
}

function plan({ service, current, slices, max }: Given) {
  const inputs = { namespace: 'ns', name: 'svc', service, endpoints: current, slices };
  return planMirror({ ...inputs, maxEndpointsPerSubset: max });
}

/** What the slices hold; names and versions apart. */
function state(slices: readonly EndpointSlice[]): unknown {
  return slices
    .map(({ endpoints, metadata: { labels, annotations = {}, ownerReferences }, ...slice }) => ({
      group: groupOf({ metadata: {}, endpoints: [], ...slice }),
      endpoints: (endpoints ?? []).toSorted((a, b) => (endpointIdentity(a) < endpointIdentity(b) ? -1 : 1)),
      around: { labels, annotations, ownerReferences },
    }))
    .sort((a, b) => (a.group < b.group ? -1 : 1));
}

describe('the same as upstream', () => {
  const plain = cases.filter(({ given }) => !hasTwins(given) && !carriesOwnLabels(given) && !mixesUp(given));

  it(`writes as often and the same, ${plain.length} times`, () => {
    for (const { given, upstream } of plain) {
      const { steps } = plan(given);
      const theirs = once(stepsOf(upstream));
      expect({ given, writes: countWrites(steps) }).toEqual({ given, writes: countWrites(theirs) });
      expect(state(applyToObjects(given.slices, steps))).toEqual(state(applyToObjects(given.slices, theirs)));
    }
  });

  it(`tells users the same, ${cases.length} times`, () => {
    for (const { given, upstream } of cases) {
      const events = plan(given).steps.flatMap((step) =>
        step.kind === 'event' ? [`${step.type} ${step.reason} ${step.message}`] : [],
      );
      // What upstream says last may be lost when it is stopped.
      expect(events).toEqual(expect.arrayContaining([...new Set(upstream.events)]));
    }
  });

  it('was recorded widely enough to mean something', () => {
    const seen = countWrites(plain.flatMap(({ upstream }) => stepsOf(upstream)));
    expect(Object.values(seen).every((count) => count > 20)).toBe(true);
    expect(cases.some(({ upstream }) => upstream.events.length > 0)).toBe(true);
  });
});

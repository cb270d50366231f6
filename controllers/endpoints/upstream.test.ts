/**
 * Three hundred Services with a past, planned here and synced by the Endpoints controller of Kubernetes 1.36.3 (how to
 * record them anew: hack/oracle/controllers).
 */
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Endpoints, Pod, Service } from '../../pkg/api/types.ts';
import { explode, repack } from '../../pkg/endpoints/index.ts';
import { countWrites, recorded, stepsOf } from '../../pkg/testing/build/recorded.ts';
import { planEndpoints } from './plan.ts';

interface Given {
  readonly service: Service;
  readonly pods: Pod[];
  readonly current?: Endpoints;
}

const cases = recorded<Given, Endpoints>(join(import.meta.dirname, 'testdata/upstream.jsonl.gz'));

/** Subsets in our order (E12); the rest as it is. */
function content(object: Endpoints | undefined): unknown {
  const { labels, annotations = {} } = object?.metadata ?? {};
  return { labels, annotations, subsets: repack(explode(object?.subsets)) };
}

describe('the same as upstream', () => {
  it(`writes the same in the same cases, ${cases.length} times`, () => {
    for (const { given, upstream } of cases) {
      const { steps } = planEndpoints({ namespace: 'ns', name: 'svc', current: undefined, ...given });
      // The object is queued twice at the start (E28), and a cache that lags makes upstream write twice.
      const theirs = stepsOf<Endpoints>(upstream).slice(0, 1);
      expect({ given, writes: countWrites(steps) }).toEqual({ given, writes: countWrites(theirs) });
      const [ours, other] = [steps, theirs].map(([step]) =>
        step !== undefined && 'object' in step ? step.object : undefined,
      );
      expect(content(ours)).toEqual(content(other));
    }
  });

  it('was recorded widely enough to mean something', () => {
    const seen = countWrites(cases.flatMap(({ upstream }) => stepsOf<Endpoints>(upstream).slice(0, 1)));
    expect(seen['create']).toBeGreaterThan(50);
    expect(seen['update']).toBeGreaterThan(50);
    expect(cases.filter(({ upstream }) => upstream.writes.length === 0).length).toBeGreaterThan(30);
  });
});

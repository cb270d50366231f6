/** Selectors that follow a Pod's own labels: `matchLabelKeys` become expressions when the Pod is made. */
import type { Pod } from '../api/types.ts';
import { each, inside } from './fill.ts';

type Spec = NonNullable<Pod['spec']>;
type Affinity = NonNullable<Spec['affinity']>;
type PodAffinity = NonNullable<Affinity['podAffinity']>;

interface Keyed {
  readonly labelSelector?: Selector;
  readonly matchLabelKeys?: string[];
  readonly mismatchLabelKeys?: string[];
}

interface Selector {
  readonly matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

export function withLabelKeys(pod: Pod): Pod {
  const labels = pod.metadata.labels ?? {};
  return inside(pod, 'spec', (spec) => {
    const placed = inside(spec, 'affinity', (affinity) =>
      inside(
        inside(affinity, 'podAffinity', (kind) => follow(kind, labels)),
        'podAntiAffinity',
        (kind) => follow(kind, labels),
      ),
    );
    return inside(placed, 'topologySpreadConstraints', (constraints) =>
      each(constraints, (constraint) => select(constraint, labels)),
    );
  });
}

function follow(affinity: PodAffinity, labels: Readonly<Record<string, string>>): PodAffinity {
  const hard = inside(affinity, 'requiredDuringSchedulingIgnoredDuringExecution', (terms) =>
    each(terms, (term) => select(term, labels)),
  );
  return inside(hard, 'preferredDuringSchedulingIgnoredDuringExecution', (terms) =>
    each(terms, (term) => inside(term, 'podAffinityTerm', (inner) => select(inner, labels))),
  );
}

/** A key the Pod has no label for asks for nothing, and without a selector there is nothing to narrow. */
function select<T extends Keyed>(term: T, labels: Readonly<Record<string, string>>): T {
  const { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] } = term;
  const added = [
    ...matchLabelKeys.map((key) => ({ key, operator: 'In' })),
    ...mismatchLabelKeys.map((key) => ({ key, operator: 'NotIn' })),
  ].flatMap(({ key, operator }) =>
    Object.hasOwn(labels, key) ? [{ key, operator, values: [labels[key] ?? ''] }] : [],
  );
  if (labelSelector === undefined || labelSelector === null || added.length === 0) return term;
  const matchExpressions = [...(labelSelector.matchExpressions ?? []), ...added];
  return { ...term, labelSelector: { ...labelSelector, matchExpressions } };
}

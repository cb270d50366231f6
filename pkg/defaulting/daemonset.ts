/** DaemonSets replace one Pod at a time. They count changes of their template in an annotation. */
import type { DaemonSet } from '../api/workloads.ts';
import { sameValue } from '../validation/equal.ts';
import { fill, fillZero, inside } from './fill.ts';
import { keepSpec, keepStatus } from './strategy.ts';
import { withSpec, withTemplate } from './workload.ts';

type Spec = NonNullable<DaemonSet['spec']>;
type Strategy = NonNullable<Spec['updateStrategy']>;

const generationAnnotation = 'deprecated.daemonset.template.generation';

/** The count is there as soon as the object is read, so that whoever creates it owns the annotation. */
export function defaultDaemonSet(object: DaemonSet): DaemonSet {
  const filled = withSpec<Spec, DaemonSet>(object, (given) => {
    const spec = fill(given, { revisionHistoryLimit: 10, updateStrategy: {} });
    return withTemplate(inside(spec, 'updateStrategy', defaultStrategy));
  });
  const counts = Object.hasOwn(filled.metadata.annotations ?? {}, generationAnnotation);
  return counts ? filled : withGeneration(filled, 0);
}

function defaultStrategy(given: Strategy): Strategy {
  const strategy = fillZero(given, { type: 'RollingUpdate' });
  if (strategy.type !== 'RollingUpdate') return strategy;
  return inside(fill(strategy, { rollingUpdate: {} }), 'rollingUpdate', (update) =>
    fill(update, { maxUnavailable: 1, maxSurge: 0 }),
  );
}

const generationOf = ({ metadata: { annotations } }: DaemonSet): number => {
  const text =
    annotations !== undefined && Object.hasOwn(annotations, generationAnnotation)
      ? annotations[generationAnnotation]
      : undefined;
  return Number.parseInt(text ?? '0', 10) || 0;
};

function withGeneration(object: DaemonSet, generation: number): DaemonSet {
  const annotations = { ...object.metadata.annotations, [generationAnnotation]: String(generation) };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

export function prepareDaemonSetForCreate(object: DaemonSet): DaemonSet {
  const { status: _, ...rest } = object;
  return withGeneration(rest, Math.max(1, generationOf(object)));
}

export function prepareDaemonSetForUpdate(next: DaemonSet, previous: DaemonSet): DaemonSet {
  const changed = !sameValue(next.spec?.template, previous.spec?.template);
  return withGeneration(keepStatus(next, previous), generationOf(previous) + (changed ? 1 : 0));
}

export const prepareDaemonSetStatusUpdate = (next: DaemonSet, previous: DaemonSet): DaemonSet =>
  withGeneration(keepSpec(next, previous), generationOf(previous));

/** Taints that follow from a node's conditions, and how long Pods put up with them. */
import type { Node, Pod } from '../../pkg/api/types.ts';
import { timeText } from '../../pkg/workloads/index.ts';

export type Taint = NonNullable<NonNullable<Node['spec']>['taints']>[number];

const prefix = 'node.kubernetes.io/';
const ownKeys = [`${prefix}not-ready`, `${prefix}unreachable`, `${prefix}unschedulable`];

/** Those of others as they are, ours as the conditions and `spec.unschedulable` have them. Known ones keep their time. */
export function wantedTaints({ spec, status }: Node, now: number): readonly Taint[] {
  const current = spec?.taints ?? [];
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')?.status;
  const trouble = ready === 'False' ? 'not-ready' : ready === 'Unknown' ? 'unreachable' : undefined;
  const wanted: Taint[] = [
    ...(trouble === undefined
      ? []
      : [
          { key: prefix + trouble, effect: 'NoSchedule' },
          { key: prefix + trouble, effect: 'NoExecute', timeAdded: timeText(now) },
        ]),
    ...(spec?.unschedulable === true ? [{ key: `${prefix}unschedulable`, effect: 'NoSchedule' }] : []),
  ];
  // A node that nobody has heard of yet keeps the taint it was born with.
  const kept = current.filter(({ key }) => !ownKeys.includes(key) || ready === undefined);
  const known = (one: Taint): Taint | undefined =>
    current.find(({ key, effect }) => key === one.key && effect === one.effect);
  return [...kept, ...wanted.filter((one) => !kept.includes(known(one) ?? one)).map((one) => known(one) ?? one)];
}

/** Time until the Pod has to leave the node: 0 at once; undefined: never. */
export function evictsInMs({ spec: nodeSpec }: Node, { spec }: Pod, now: number): number | undefined {
  const limits = (nodeSpec?.taints ?? [])
    .filter(({ effect }) => effect === 'NoExecute')
    .map((taint) => toleratedMs(taint, spec?.tolerations ?? [], now))
    .filter((ms) => ms !== undefined);
  return limits.length === 0 ? undefined : Math.min(...limits);
}

type Toleration = NonNullable<NonNullable<Pod['spec']>['tolerations']>[number];

function toleratedMs(taint: Taint, tolerations: readonly Toleration[], now: number): number | undefined {
  const matching = tolerations.filter((one) => tolerates(one, taint));
  if (matching.length === 0) return 0;
  const seconds = matching.map(({ tolerationSeconds }) => tolerationSeconds).filter((one) => one !== undefined);
  if (seconds.length === 0) return undefined;
  const since = Date.parse(taint.timeAdded ?? '');
  return Math.max(0, (Number.isNaN(since) ? now : since) + Math.min(...seconds) * 1000 - now);
}

function tolerates({ key = '', operator = 'Equal', value = '', effect = '' }: Toleration, taint: Taint): boolean {
  if (effect !== '' && effect !== taint.effect) return false;
  if (key === '') return operator === 'Exists';
  return key === taint.key && (operator === 'Exists' || value === (taint.value ?? ''));
}

/** Which nodes take the Pods of a DaemonSet, and how a Pod is meant for one of them. */
import type { DaemonSet, Node, Pod } from '../../pkg/api/types.ts';

type PodSpec = NonNullable<Pod['spec']>;
type Toleration = NonNullable<PodSpec['tolerations']>[number];
type Taint = NonNullable<NonNullable<Node['spec']>['taints']>[number];
type Term = NonNullable<
  NonNullable<
    NonNullable<NonNullable<PodSpec['affinity']>['nodeAffinity']>['requiredDuringSchedulingIgnoredDuringExecution']
  >['nodeSelectorTerms']
>[number];

const prefix = 'node.kubernetes.io/';
/** Troubles of a node that its daemons sit out. */
const tolerated: readonly Toleration[] = [
  { key: `${prefix}not-ready`, operator: 'Exists', effect: 'NoExecute' },
  { key: `${prefix}unreachable`, operator: 'Exists', effect: 'NoExecute' },
  { key: `${prefix}disk-pressure`, operator: 'Exists', effect: 'NoSchedule' },
  { key: `${prefix}memory-pressure`, operator: 'Exists', effect: 'NoSchedule' },
  { key: `${prefix}pid-pressure`, operator: 'Exists', effect: 'NoSchedule' },
  { key: `${prefix}unschedulable`, operator: 'Exists', effect: 'NoSchedule' },
];
/** Not given to Pods, but no reason to leave a node out. */
const overlooked: readonly Toleration[] = [
  { key: `${prefix}not-ready`, operator: 'Exists', effect: 'NoSchedule' },
  { key: `${prefix}unreachable`, operator: 'Exists', effect: 'NoSchedule' },
];

/** Selector, the affinity for labels by In and Exists, and taints. */
export function takes({ metadata, spec }: Node, owner: DaemonSet): boolean {
  const template = owner.spec?.template?.spec;
  const labels = new Map(Object.entries(metadata.labels ?? {}));
  if (!Object.entries(template?.nodeSelector ?? {}).every(([key, value]) => labels.get(key) === value)) return false;
  const terms = template?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (terms !== undefined && !terms.some((term) => termHolds(term, labels))) return false;
  const tolerations = [...(template?.tolerations ?? []), ...tolerated, ...overlooked];
  return (spec?.taints ?? []).every(
    (taint) => taint.effect === 'PreferNoSchedule' || tolerations.some((one) => tolerates(one, taint)),
  );
}

function termHolds({ matchExpressions = [], matchFields = [] }: Term, labels: ReadonlyMap<string, string>): boolean {
  if (matchFields.length > 0) return false;
  return (
    matchExpressions.length > 0 &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels.get(key);
      if (operator === 'In') return value !== undefined && values.includes(value);
      if (operator === 'NotIn') return value === undefined || !values.includes(value);
      if (operator === 'Exists') return value !== undefined;
      return operator === 'DoesNotExist' && value === undefined;
    })
  );
}

function tolerates({ key = '', operator = 'Equal', value = '', effect = '' }: Toleration, taint: Taint): boolean {
  if (effect !== '' && effect !== taint.effect) return false;
  if (key === '') return operator === 'Exists';
  return key === taint.key && (operator === 'Exists' || value === (taint.value ?? ''));
}

export function withDaemonTolerations(spec: PodSpec): PodSpec {
  return { ...spec, tolerations: [...(spec.tolerations ?? []), ...tolerated] };
}

/** The scheduler binds it to that node and no other. */
export function pinnedTo(node: string, spec: PodSpec): PodSpec {
  const nodeSelectorTerms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }];
  return {
    ...spec,
    affinity: {
      ...spec.affinity,
      nodeAffinity: {
        ...spec.affinity?.nodeAffinity,
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms },
      },
    },
  };
}

/** The node on which the Pod is, or for which it is meant. */
export function pinOf({ spec }: Pod): string | undefined {
  if ((spec?.nodeName ?? '') !== '') return spec?.nodeName;
  const terms = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const fields = terms.flatMap(({ matchFields = [] }) => matchFields);
  return fields.find(({ key }) => key === 'metadata.name')?.values?.[0];
}

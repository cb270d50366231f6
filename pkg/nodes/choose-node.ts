/** The pure core of the scheduler: on which node a Pod goes, or why on none. */
import type { Node, Pod } from '../api/types.ts';

export interface Candidate {
  readonly node: Node;
  /** Pods that are there. */
  readonly pods: number;
}

export type Choice =
  | { readonly kind: 'bind'; readonly node: string }
  | { readonly kind: 'none'; readonly message: string };

/** The feasible node with the fewest Pods; the first by name among equals. */
export function chooseNode(pod: Pod, candidates: readonly Candidate[]): Choice {
  const reasons: string[] = [];
  let best: { readonly name: string; readonly pods: number } | undefined;
  for (const { node, pods } of candidates) {
    const reason = whyNot(pod, node, pods);
    const name = node.metadata.name ?? '';
    if (reason !== undefined) reasons.push(reason);
    else if (best === undefined || pods < best.pods || (pods === best.pods && name < best.name)) best = { name, pods };
  }
  return best === undefined
    ? { kind: 'none', message: explain(candidates.length, reasons) }
    : { kind: 'bind', node: best.name };
}

function explain(total: number, reasons: readonly string[]): string {
  if (total === 0) return 'no nodes available to schedule pods';
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const parts = [...counts].map(([reason, count]) => `${count} ${reason}`).toSorted();
  return `0/${total} nodes are available: ${parts.join(', ')}.`;
}

function whyNot(pod: Pod, node: Node, pods: number): string | undefined {
  if (node.spec?.unschedulable === true && !tolerates(pod, unschedulableTaint)) return 'node(s) were unschedulable';
  if (!affinityHolds(pod, node)) return "node(s) didn't match Pod's node affinity/selector";
  const taint = (node.spec?.taints ?? []).find((one) => one.effect !== 'PreferNoSchedule' && !tolerates(pod, one));
  if (taint !== undefined) return `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`;
  const room = Number(new Map(Object.entries(node.status?.allocatable ?? {})).get('pods') ?? Infinity);
  return pods >= room ? 'Too many pods' : undefined;
}

type Taint = NonNullable<NonNullable<Node['spec']>['taints']>[number];

const unschedulableTaint: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

function tolerates({ spec }: Pod, taint: Taint): boolean {
  return (spec?.tolerations ?? []).some(({ key = '', operator = 'Equal', value = '', effect = '' }) => {
    if (effect !== '' && effect !== taint.effect) return false;
    if (key === '') return operator === 'Exists';
    return key === taint.key && (operator === 'Exists' || value === (taint.value ?? ''));
  });
}

type Required = NonNullable<
  NonNullable<NonNullable<NonNullable<Pod['spec']>['affinity']>['nodeAffinity']>
>['requiredDuringSchedulingIgnoredDuringExecution'];
type Term = NonNullable<Required>['nodeSelectorTerms'][number];
type Expression = NonNullable<Term['matchExpressions']>[number];

function affinityHolds({ spec }: Pod, node: Node): boolean {
  const labels = new Map(Object.entries(node.metadata.labels ?? {}));
  if (!Object.entries(spec?.nodeSelector ?? {}).every(([key, value]) => labels.get(key) === value)) return false;
  const terms = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return terms === undefined || terms.some((term) => termHolds(term, labels, node.metadata.name ?? ''));
}

/** An empty term means no node. */
function termHolds({ matchExpressions = [], matchFields = [] }: Term, labels: Map<string, string>, name: string) {
  if (matchExpressions.length === 0 && matchFields.length === 0) return false;
  return (
    matchExpressions.every((expression) => holds(expression, labels.get(expression.key))) &&
    matchFields.every((expression) => expression.key === 'metadata.name' && holds(expression, name))
  );
}

function holds({ operator, values = [] }: Expression, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0]);
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0]);
    default:
      return false;
  }
}

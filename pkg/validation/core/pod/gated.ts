/** A Pod that waits behind a gate may still be told where to run, in ever narrower terms. */
import type { FieldError } from '../../../api/field-error.ts';
import { sameValue } from '../../equal.ts';
import { forbidden, invalid, json } from '../../errors.ts';
import { entriesOf, valueOf } from '../../metadata/labels.ts';
import type { PodSpec } from './types.ts';

type NodeAffinity = NonNullable<NonNullable<PodSpec['affinity']>['nodeAffinity']>;
type Term = NonNullable<
  NonNullable<NodeAffinity['requiredDuringSchedulingIgnoredDuringExecution']>['nodeSelectorTerms']
>[number];

export const isGated = (spec: PodSpec): boolean => (spec.schedulingGates ?? []).length > 0;

/** A gate named twice is reported once, where it comes last. */
export function validateGatesKept(after: PodSpec, before: PodSpec): FieldError[] {
  const known = new Set((before.schedulingGates ?? []).map(({ name = '' }) => name));
  const added = new Map((after.schedulingGates ?? []).map(({ name = '' }, index) => [name, index]));
  return [...added].flatMap(([name, index]) => {
    const detail = `only deletion is allowed, but found new scheduling gate '${name}'`;
    return known.has(name) ? [] : [forbidden(`spec.schedulingGates[${index}].name`, detail)];
  });
}

const termsOf = (spec: PodSpec): Term[] =>
  spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];

export function validatePlacement(after: PodSpec, before: PodSpec): FieldError[] {
  const kept = entriesOf(before.nodeSelector).every(([key, value]) => valueOf(after.nodeSelector, key) === value);
  const selector = json(after.nodeSelector && Object.fromEntries(entriesOf(after.nodeSelector)));
  const detail = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
  return [...(kept ? [] : [invalid('spec.nodeSelector', selector, detail)]), ...validateTerms(after, before)];
}

function validateTerms(after: PodSpec, before: PodSpec): FieldError[] {
  const field = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';
  const now = termsOf(after);
  const then = termsOf(before);
  if (then.length === 0) return [];
  if (now.length !== then.length) {
    const shown = json(now.length === 0 ? null : now.map(show));
    return [invalid(field, shown, 'no additions/deletions to non-empty NodeSelectorTerms list are allowed')];
  }
  return then.flatMap((old, index) => {
    const term = now[index] ?? {};
    const detail = 'only additions are allowed (no mutations or deletions)';
    return isNarrower(term, old) ? [] : [invalid(`${field}[${index}]`, json(show(term)), detail)];
  });
}

/** The internal type's field names. */
const show = ({ matchExpressions, matchFields }: Term): object => {
  const requirements = (list: Term['matchExpressions']): object[] | null =>
    list?.map(({ key = '', operator = '', values }) => ({ Key: key, Operator: operator, Values: values ?? null })) ??
    null;
  return { MatchExpressions: requirements(matchExpressions), MatchFields: requirements(matchFields) };
};

/** What was asked for comes first and unchanged. A term that asked for nothing stays that way. */
function isNarrower(now: Term, then: Term): boolean {
  const lists = ['matchExpressions', 'matchFields'] as const;
  if (lists.every((list) => (then[list] ?? []).length === 0)) {
    return lists.every((list) => (now[list] ?? []).length === 0);
  }
  return lists.every((list) => {
    const old = then[list] ?? [];
    return sameValue((now[list] ?? []).slice(0, old.length), old);
  });
}

/** For the comparison of everything else. */
export function withOldPlacement(after: PodSpec, before: PodSpec): Record<string, unknown> {
  const { nodeAffinity: _, ...others } = after.affinity ?? {};
  const nodeAffinity = before.affinity?.nodeAffinity;
  return {
    ...after,
    nodeSelector: before.nodeSelector,
    affinity: { ...others, ...(nodeAffinity && { nodeAffinity }) },
  };
}

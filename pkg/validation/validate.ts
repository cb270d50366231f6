/**
 * What the API server calls: the kind's rules and the generic layer around them, in the order in which their findings
 * reach the client. On create the generic rules speak only when the kind found nothing (P1, step 12); on update they
 * come first (V16).
 */
import type { FieldError } from '../api/field-error.ts';
import type { KubeObject } from '../api/types.ts';
import { currentGates, type ValidationContext } from './context.ts';
import { validateCommonUpdate, validateGenericMeta } from './metadata/object-meta.ts';
import { withoutNulls } from './nulls.ts';
import { coreRules } from './registry-core.ts';
import { policyRules } from './registry-policies.ts';
import { workloadRules } from './registry-workloads.ts';
import type { KindRules } from './rules.ts';

/** `group/Kind` → rules: `/Service`, `discovery.k8s.io/EndpointSlice`. */
export const validators: ReadonlyMap<string, KindRules> = new Map([...coreRules, ...workloadRules, ...policyRules]);

/** The key of a kind in `validators`. */
export const kindKey = (group: string, kind: string): string => `${group}/${kind}`;

/** `namespaced` decides for kinds the table does not know. */
export interface Target {
  readonly group: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

export function validateCreate(
  target: Target,
  object: KubeObject,
  context: ValidationContext = currentGates,
): FieldError[] {
  const errors = rulesOf(target)?.create(withoutNulls(object), context) ?? [];
  return errors.length > 0 ? errors : validateGenericMeta(object.metadata, target.namespaced);
}

/** `subresource` as in the path: `status`, `finalize`, or empty for the object itself. */
export function validateUpdate(
  target: Target,
  subresource: string,
  next: KubeObject,
  previous: KubeObject,
  context: ValidationContext = currentGates,
): FieldError[] {
  const kind = rulesOf(target);
  const [after, before] = [withoutNulls(next), withoutNulls(previous)];
  const own =
    subresource === ''
      ? kind?.update(after, before, context)
      : kind?.subresources?.[subresource]?.(after, before, context);
  return [...validateCommonUpdate(next.metadata, previous.metadata, target.namespaced), ...(own ?? [])];
}

/** Warning headers of an accepted write. */
export function warningsFor(
  target: Target,
  subresource: string,
  object: KubeObject,
  previous: KubeObject | undefined,
): string[] {
  const kind = rulesOf(target);
  if (subresource === 'status') return kind?.statusWarnings?.(withoutNulls(object)) ?? [];
  return subresource === '' ? (kind?.warnings?.(withoutNulls(object), withoutNulls(previous)) ?? []) : [];
}

const rulesOf = (target: Target): KindRules | undefined => validators.get(kindKey(target.group, target.kind));

/** Where a Pod wants to run: node and Pod affinity. */
import type { FieldError } from '../../../api/field-error.ts';
import { forbidden, invalid, invalidEach, json, required } from '../../errors.ts';
import { dnsLabelProblems, dnsSubdomainProblems } from '../../formats/dns.ts';
import { labelKeyProblems, labelValueProblems } from '../../formats/labels.ts';
import { validateLabelSelector } from '../../metadata/labels.ts';
import type { PodSpec } from './types.ts';

type Affinity = NonNullable<PodSpec['affinity']>;
type NodeAffinity = NonNullable<Affinity['nodeAffinity']>;
type NodeTerm = NonNullable<
  NonNullable<NodeAffinity['preferredDuringSchedulingIgnoredDuringExecution']>[number]['preference']
>;
type NodeRequirement = NonNullable<NodeTerm['matchExpressions']>[number];
type PodAffinity = NonNullable<Affinity['podAffinity']>;
type PodTerm = NonNullable<PodAffinity['requiredDuringSchedulingIgnoredDuringExecution']>[number];

const requiredTerms = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferredTerms = 'preferredDuringSchedulingIgnoredDuringExecution';

export function validateAffinity(affinity: Affinity | undefined, field: string): FieldError[] {
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity ?? {};
  return [
    ...(nodeAffinity ? validateNodeAffinity(nodeAffinity, `${field}.nodeAffinity`) : []),
    ...(podAffinity ? validatePodAffinity(podAffinity, `${field}.podAffinity`) : []),
    ...(podAntiAffinity ? validatePodAffinity(podAntiAffinity, `${field}.podAntiAffinity`) : []),
  ];
}

const weightErrors = (weight: number, field: string): FieldError[] =>
  weight >= 1 && weight <= 100 ? [] : [invalid(`${field}.weight`, weight, 'must be in the range 1-100')];

function validateNodeAffinity(affinity: NodeAffinity, field: string): FieldError[] {
  const hard = affinity[requiredTerms];
  return [
    ...(hard ? validateNodeSelector(hard, `${field}.${requiredTerms}`) : []),
    ...(affinity[preferredTerms] ?? []).flatMap(({ weight = 0, preference = {} }, index) => {
      const at = `${field}.${preferredTerms}[${index}]`;
      // A preference with a bad value can only fail to be met.
      return [...weightErrors(weight, at), ...validateNodeTerm(preference, `${at}.preference`, true)];
    }),
  ];
}

/** Also what a PersistentVolume says about Nodes. */
export function validateNodeSelector(selector: { nodeSelectorTerms?: NodeTerm[] }, field: string): FieldError[] {
  const terms = selector.nodeSelectorTerms ?? [];
  const at = `${field}.nodeSelectorTerms`;
  if (terms.length === 0) return [required(at, 'must have at least one node selector term')];
  return terms.flatMap((term, index) => validateNodeTerm(term, `${at}[${index}]`, false));
}

function validateNodeTerm(term: NodeTerm, field: string, allowBadValues: boolean): FieldError[] {
  return [
    ...(term.matchExpressions ?? []).flatMap((requirement, index) =>
      validateNodeRequirement(requirement, `${field}.matchExpressions[${index}]`, allowBadValues),
    ),
    ...(term.matchFields ?? []).flatMap((requirement, index) =>
      validateFieldRequirement(requirement, `${field}.matchFields[${index}]`),
    ),
  ];
}

function validateNodeRequirement(requirement: NodeRequirement, field: string, allowBadValues: boolean): FieldError[] {
  const { key = '', operator = '', values = [] } = requirement;
  return [
    ...operatorErrors(operator, values, field),
    ...invalidEach(`${field}.key`, key, labelKeyProblems(key)),
    ...(allowBadValues
      ? []
      : values.flatMap((value, index) => invalidEach(`${field}.values[${index}]`, value, labelValueProblems(value)))),
  ];
}

function operatorErrors(operator: string, values: readonly string[], field: string): FieldError[] {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values.length > 0
        ? []
        : [required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'")];
    case 'Exists':
    case 'DoesNotExist':
      return values.length === 0
        ? []
        : [forbidden(`${field}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
    case 'Gt':
    case 'Lt':
      return values.length === 1
        ? []
        : [required(`${field}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'")];
    default:
      return [invalid(`${field}.operator`, json(operator), 'not a valid selector operator')];
  }
}

function validateFieldRequirement(
  { key = '', operator = '', values = [] }: NodeRequirement,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (operator !== 'In' && operator !== 'NotIn') {
    errors.push(invalid(`${field}.operator`, json(operator), 'not a valid selector operator'));
  } else if (values.length !== 1) {
    const detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    errors.push(required(`${field}.values`, detail));
  }
  if (key !== 'metadata.name') return [...errors, invalid(`${field}.key`, key, 'not a valid field selector key')];
  return errors.concat(
    values.flatMap((value, index) => invalidEach(`${field}.values[${index}]`, value, dnsSubdomainProblems(value))),
  );
}

function validatePodAffinity(affinity: PodAffinity, field: string): FieldError[] {
  return [
    ...(affinity[requiredTerms] ?? []).flatMap((term, index) =>
      validatePodTerm(term, `${field}.${requiredTerms}[${index}]`),
    ),
    ...(affinity[preferredTerms] ?? []).flatMap(({ weight = 0, podAffinityTerm = {} }, index) => {
      const at = `${field}.${preferredTerms}[${index}]`;
      return [...weightErrors(weight, at), ...validatePodTerm(podAffinityTerm, `${at}.podAffinityTerm`)];
    }),
  ];
}

function validatePodTerm(term: PodTerm, field: string): FieldError[] {
  const { labelSelector, namespaceSelector, namespaces = [], topologyKey = '' } = term;
  const { matchLabelKeys = [], mismatchLabelKeys = [] } = term;
  return [
    ...validateLabelSelector(labelSelector, `${field}.labelSelector`),
    ...validateLabelSelector(namespaceSelector, `${field}.namespaceSelector`),
    ...namespaces.flatMap((name) => invalidEach(`${field}.namespace`, name, dnsLabelProblems(name))),
    ...validateLabelKeys(matchLabelKeys, labelSelector !== undefined, `${field}.matchLabelKeys`),
    ...validateLabelKeys(mismatchLabelKeys, labelSelector !== undefined, `${field}.mismatchLabelKeys`),
    ...matchLabelKeys.flatMap((key, index) =>
      mismatchLabelKeys.includes(key)
        ? [invalid(`${field}.matchLabelKeys[${index}]`, key, 'exists in both matchLabelKeys and mismatchLabelKeys')]
        : [],
    ),
    ...(topologyKey === '' ? [required(`${field}.topologyKey`, 'can not be empty')] : []),
    ...invalidEach(`${field}.topologyKey`, topologyKey, labelKeyProblems(topologyKey)),
  ];
}

/** Keys whose values are taken from the Pod itself; they narrow a selector and mean nothing without one. */
export function validateLabelKeys(keys: readonly string[], hasSelector: boolean, field: string): FieldError[] {
  if (keys.length === 0) return [];
  if (!hasSelector) return [forbidden(field, 'must not be specified when labelSelector is not set')];
  return keys.flatMap((key, index) => invalidEach(`${field}[${index}]`, key, labelKeyProblems(key)));
}

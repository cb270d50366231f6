/** ResourceQuotas: names and amounts; scopes are fixed. */
import type { FieldError } from '../../api/field-error.ts';
import type { ResourceQuota } from '../../api/workloads.ts';
import { invalid, json, required } from '../errors.ts';
import { entriesOf } from '../metadata/labels.ts';
import { subdomainName } from '../metadata/names.ts';
import { immutable, validateObjectMeta, validateObjectMetaUpdate } from '../metadata/object-meta.ts';
import { computeResources, isStandardQuota, validateAmount, validateResourceName } from './resources.ts';

const scopes = [
  'Terminating',
  'NotTerminating',
  'BestEffort',
  'NotBestEffort',
  'PriorityClass',
  'CrossNamespacePodAffinity',
  'VolumeAttributesClass',
];
const conflicting = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const;

/** What Pods ask for and are counted by. */
const podResources = new Set([
  'pods',
  ...computeResources.filter((name) => name !== 'ephemeral-storage'),
  'requests.cpu',
  'requests.memory',
  'limits.cpu',
  'limits.memory',
]);

/** Scopes pick out Pods; a Pod that asks for nothing can only be counted. */
function appliesTo(scope: string, name: string): boolean {
  switch (scope) {
    case 'Terminating':
    case 'NotTerminating':
    case 'NotBestEffort':
    case 'PriorityClass':
    case 'CrossNamespacePodAffinity':
      return podResources.has(name);
    case 'BestEffort':
      return name === 'pods';
    default:
      return true;
  }
}

type Amounts = Readonly<Record<string, string>> | undefined;

const scopesOf = (object: ResourceQuota): readonly string[] => object.spec?.scopes ?? [];

export const validateResourceQuota = (object: ResourceQuota): FieldError[] => [
  ...validateObjectMeta(object.metadata, true, subdomainName),
  ...validateSpec(object),
];

function validateSpec(object: ResourceQuota): FieldError[] {
  const own = scopesOf(object);
  const limited = Object.keys(object.spec?.hard ?? {});
  const refuse = (detail: string): FieldError => invalid('spec.scopes', json(own), detail);
  return [
    ...validateAmounts(object.spec?.hard, 'spec.hard'),
    ...own.flatMap((scope) => [
      ...(scopes.includes(scope) ? [] : [refuse('unsupported scope')]),
      ...limited
        .filter((name) => isStandardQuota(name) && !appliesTo(scope, name))
        .map(() => refuse('unsupported scope applied to resource')),
    ]),
    ...conflicting.flatMap(([a, b]) => (own.includes(a) && own.includes(b) ? [refuse('conflicting scopes')] : [])),
    ...validateSelector(object, limited),
  ];
}

const onlyExists = ['BestEffort', 'NotBestEffort', 'Terminating', 'NotTerminating', 'CrossNamespacePodAffinity'];
const whyExists =
  "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, " +
  'ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity';

/** Findings are told of the list, as upstream does, not of its items. */
function validateSelector(object: ResourceQuota, limited: readonly string[]): FieldError[] {
  const field = 'spec.scopeSelector.matchExpressions';
  const all = object.spec?.scopeSelector?.matchExpressions ?? [];
  const own = all.map(({ scopeName }) => scopeName);
  // Go shows its own names of fields here.
  const shown = {
    MatchExpressions: all.map(({ scopeName, operator, values }) => ({
      ScopeName: scopeName,
      Operator: operator,
      Values: values ?? null,
    })),
  };
  const errors = all.flatMap(({ scopeName, operator, values = [] }) => [
    ...(scopes.includes(scopeName) ? [] : [invalid(`${field}.scopeName`, json(scopeName), 'unsupported scope')]),
    ...limited
      .toSorted()
      .filter((name) => isStandardQuota(name) && !appliesTo(scopeName, name))
      .map(() => invalid(field, json(shown), 'unsupported scope applied to resource')),
    ...(onlyExists.includes(scopeName) && operator !== 'Exists'
      ? [invalid(`${field}.operator`, json(operator), whyExists)]
      : []),
    ...validateOperator(operator, values, field),
  ]);
  const pairs = conflicting.filter(([a, b]) => own.includes(a) && own.includes(b));
  return [...errors, ...pairs.map(() => invalid(field, json(object.spec?.scopes ?? null), 'conflicting scopes'))];
}

function validateOperator(operator: string, values: readonly string[], field: string): FieldError[] {
  switch (operator) {
    case 'In':
    case 'NotIn': {
      const detail = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
      return values.length === 0 ? [required(`${field}.values`, detail)] : [];
    }
    case 'Exists':
    case 'DoesNotExist': {
      const detail = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
      return values.length === 0 ? [] : [invalid(`${field}.values`, json(values), detail)];
    }
    default:
      return [invalid(`${field}.operator`, json(operator), 'not a valid selector operator')];
  }
}

function validateAmounts(amounts: Amounts, field: string): FieldError[] {
  return entriesOf(amounts).flatMap(([name, amount]) => {
    const at = `${field}[${name}]`;
    const known = name.includes('/') || isStandardQuota(name);
    return [
      ...validateResourceName(name, at),
      ...(known ? [] : [invalid(at, json(name), 'must be a standard resource for quota')]),
      ...validateAmount(name, amount, at),
    ];
  });
}

export function validateResourceQuotaUpdate(next: ResourceQuota, previous: ResourceQuota): FieldError[] {
  const [after, before] = [new Set(scopesOf(next)), new Set(scopesOf(previous))];
  const kept = after.size === before.size && [...after].every((scope) => before.has(scope));
  return [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateSpec(next),
    ...(kept ? [] : [invalid('spec.scopes', json(next.spec?.scopes), immutable)]),
  ];
}

export const validateResourceQuotaStatusUpdate = (next: ResourceQuota, previous: ResourceQuota): FieldError[] => [
  ...validateObjectMetaUpdate(next.metadata, previous.metadata),
  ...validateAmounts(next.status?.hard, 'status.hard'),
  ...validateAmounts(next.status?.used, 'status.used'),
];

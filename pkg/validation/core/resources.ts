/** Names and amounts of resources, as Nodes offer them and containers ask for them. */
import type { FieldError } from '../../api/field-error.ts';
import { invalid, invalidEach, json } from '../errors.ts';
import { labelKeyProblems } from '../formats/labels.ts';
import { isWhole, parseQuantity } from '../formats/quantity.ts';
import { notNegative } from '../metadata/object-meta.ts';

const wholeOnly = 'must be an integer';

/** What Kubernetes itself counts in whole pieces. */
const countable = new Set([
  'pods',
  'services',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]);

/** Whole numbers only: the built-in counts and everything named `vendor/thing`. */
const isInteger = (name: string): boolean => countable.has(name) || isExtended(name);

/** Neither in the kubernetes.io domain nor a quota name: a device of some vendor. */
export const isExtended = (name: string): boolean =>
  name.includes('/') &&
  !name.includes('kubernetes.io/') &&
  !name.startsWith('requests.') &&
  labelKeyProblems(`requests.${name}`).length === 0;

/** `field` already names the resource. */
export function validateAmount(name: string, amount: string, field: string): FieldError[] {
  const value = parseQuantity(amount);
  if (value === undefined) return [];
  return [
    ...(value < 0n ? [invalid(field, amount, notNegative)] : []),
    ...(isInteger(name) && !isWhole(value) ? [invalid(field, json(amount), wholeOnly)] : []),
  ];
}

/** Resources a container can ask for by a plain name. */
export const computeResources: readonly string[] = ['cpu', 'memory', 'ephemeral-storage'];

const standardQuota = new Set([
  ...computeResources,
  ...['requests', 'limits'].flatMap((kind) => computeResources.map((name) => `${kind}.${name}`)),
  ...countable,
  'requests.storage',
]);

/** What a quota can limit by a plain name. */
export const isStandardQuota = (name: string): boolean =>
  standardQuota.has(name) || /^(requests\.)?hugepages-/.test(name);

/** A plain name must be one that Kubernetes knows. */
export function validateResourceName(name: string, field: string): FieldError[] {
  const errors = invalidEach(field, json(name), labelKeyProblems(name));
  const known = name.includes('/') || name === 'storage' || isStandardQuota(name);
  if (errors.length > 0 || known) return errors;
  return [invalid(field, json(name), 'must be a standard resource type or fully qualified')];
}

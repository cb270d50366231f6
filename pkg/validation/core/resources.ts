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

/** Format of a resource name. */
export const validateResourceFormat = (name: string, field: string): FieldError[] =>
  invalidEach(field, json(name), labelKeyProblems(name));

/** What a container asks for and may use at most. */
import type { FieldError } from '../../../api/field-error.ts';
import { forbidden, invalid, json, required } from '../../errors.ts';
import { parseQuantity } from '../../formats/quantity.ts';
import { entriesOf, valueOf } from '../../metadata/labels.ts';
import { computeResources, isExtended, validateAmount, validateResourceName } from '../resources.ts';
import type { Resources } from './types.ts';

const hugePages = 'hugepages-';
const isHugePages = (name: string): boolean => name.startsWith(hugePages);
const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/');

/** May be promised twice; everything else must be limited to exactly what is asked for. */
const canOvercommit = (name: string): boolean => isNative(name) && !isHugePages(name);

export function validateResources(resources: Resources, field: string): FieldError[] {
  const limits = entriesOf(resources.limits);
  const requests = entriesOf(resources.requests);
  const errors = [
    ...limits.map((entry) => ['limits', entry] as const),
    ...requests.map((entry) => ['requests', entry] as const),
  ].flatMap(([list, [name, amount]]) => {
    const at = `${field}.${list}[${name}]`;
    return [
      ...validateContainerResourceName(name, at),
      ...validateAmount(name, amount, at),
      ...(list === 'requests' ? validateAgainstLimit(name, amount, resources.limits, field) : []),
      ...validateHugePages(name, amount, at),
    ];
  });
  const names = [...limits, ...requests].map(([name]) => name);
  if (names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory')) {
    errors.push(forbidden(field, 'HugePages require cpu or memory'));
  }
  return errors;
}

export function validateContainerResourceName(name: string, field: string): FieldError[] {
  const errors = validateResourceName(name, field);
  const known = computeResources.includes(name) || isHugePages(name);
  if (!name.includes('/')) {
    if (!known) errors.push(invalid(field, json(name), 'must be a standard resource for containers'));
  } else if (!isNative(name) && !isExtended(name)) {
    errors.push(invalid(field, json(name), "doesn't follow extended resource name standard"));
  }
  return errors;
}

function validateAgainstLimit(name: string, amount: string, limits: Resources['limits'], field: string): FieldError[] {
  const limit = valueOf(limits, name);
  if (limit === undefined) {
    return canOvercommit(name)
      ? []
      : [required(`${field}.limits`, 'Limit must be set for non overcommitable resources')];
  }
  const [asked = 0n, most = 0n] = [parseQuantity(amount), parseQuantity(limit)];
  if (asked !== most && !canOvercommit(name)) {
    return [invalid(`${field}.requests`, amount, `must be equal to ${name} limit of ${limit}`)];
  }
  return asked > most
    ? [invalid(`${field}.requests`, amount, `must be less than or equal to ${name} limit of ${limit}`)]
    : [];
}

function validateHugePages(name: string, amount: string, field: string): FieldError[] {
  if (!isHugePages(name)) return [];
  const size = parseQuantity(name.slice(hugePages.length)) ?? 0n;
  const value = parseQuantity(amount) ?? 0n;
  return size > 0n && value % size === 0n
    ? []
    : [invalid(field, amount, `${amount} is not positive integer multiple of ${name}`)];
}

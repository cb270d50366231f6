/** LimitRanges: bounds that do not contradict each other. */
import type { FieldError } from '../../api/field-error.ts';
import type { LimitRange, LimitRangeItem } from '../../api/workloads.ts';
import { duplicate, forbidden, invalid, invalidEach, json, required } from '../errors.ts';
import { labelKeyProblems } from '../formats/labels.ts';
import { milliOf, parseQuantity } from '../formats/quantity.ts';
import type { Loose } from '../loose.ts';
import { entriesOf, hasKey, valueOf } from '../metadata/labels.ts';
import { subdomainName } from '../metadata/names.ts';
import { validateObjectMeta } from '../metadata/object-meta.ts';
import { validateContainerResourceName } from './pod/resources.ts';
import { validateResourceName } from './resources.ts';

type Item = Loose<LimitRangeItem>;

const types = new Set(['Pod', 'Container', 'PersistentVolumeClaim']);
const lists = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;
type List = (typeof lists)[number];

export function validateLimitRange(object: LimitRange): FieldError[] {
  const items: readonly Item[] = object.spec?.limits ?? [];
  const seen = new Set<string>();
  return [
    ...validateObjectMeta(object.metadata, true, subdomainName),
    ...items.flatMap((item, index) => {
      const { type = '' } = item;
      const field = `spec.limits[${index}]`;
      const repeated = seen.has(type) ? [duplicate(`${field}.type`, json(type))] : [];
      seen.add(type);
      return [...validateType(type, `${field}.type`), ...repeated, ...validateItem(item, field)];
    }),
  ];
}

function validateType(type: string, field: string): FieldError[] {
  const problems = labelKeyProblems(type);
  if (problems.length > 0) return invalidEach(field, json(type), problems);
  return type.includes('/') || types.has(type)
    ? []
    : [invalid(field, json(type), 'must be a standard limit type or fully qualified')];
}

function validateItem(item: Item, field: string): FieldError[] {
  const { type = '' } = item;
  const ofContainers = type === 'Pod' || type === 'Container';
  const checkName = ofContainers ? validateContainerResourceName : validateResourceName;
  const used = lists.filter((list) => type !== 'Pod' || !list.startsWith('default'));
  const errors = lists.flatMap((list) => {
    const entries = entriesOf(item[list]);
    if (used.includes(list)) return entries.flatMap(([name]) => checkName(name, `${field}.${list}[${name}]`));
    return entries.length === 0 ? [] : [forbidden(`${field}.${list}`, "may not be specified when `type` is 'Pod'")];
  });
  if (type === 'PersistentVolumeClaim' && !hasKey(item.min, 'storage') && !hasKey(item.max, 'storage')) {
    const detail = 'either minimum or maximum storage value is required, but neither was provided';
    errors.push(required(`${field}.limits`, detail));
  }
  const names = new Set(used.flatMap((list) => Object.keys(item[list] ?? {})));
  return [...errors, ...[...names].sort().flatMap((name) => validateOrder(item, name, field, used))];
}

interface Rule {
  readonly low: List;
  readonly high: List;
  /** Where it is reported, and whose amount is shown. */
  readonly at: List;
  readonly shown: List;
}

const rules: readonly Rule[] = [
  { low: 'min', high: 'max', at: 'min', shown: 'min' },
  { low: 'min', high: 'defaultRequest', at: 'defaultRequest', shown: 'defaultRequest' },
  { low: 'defaultRequest', high: 'max', at: 'defaultRequest', shown: 'defaultRequest' },
  { low: 'defaultRequest', high: 'default', at: 'defaultRequest', shown: 'defaultRequest' },
  { low: 'min', high: 'default', at: 'default', shown: 'min' },
  { low: 'default', high: 'max', at: 'default', shown: 'max' },
];
const words = new Map<List, string>([
  ['min', 'min value'],
  ['max', 'max value'],
  ['default', 'default value'],
  ['defaultRequest', 'default request value'],
]);

function validateOrder(item: Item, name: string, field: string, used: readonly List[]): FieldError[] {
  const text = (list: List): string | undefined => (used.includes(list) ? valueOf(item[list], name) : undefined);
  const amount = (list: List): bigint | undefined => parseQuantity(text(list) ?? '');
  const errors = rules.flatMap(({ low, high, at, shown }) => {
    const [a, b] = [amount(low), amount(high)];
    if (a === undefined || b === undefined || a <= b) return [];
    const above = high === 'default' && low === 'defaultRequest' ? 'default limit value' : words.get(high);
    const detail = `${words.get(low)} ${text(low)} is greater than ${above} ${text(high)}`;
    return [invalid(`${field}.${at}[${name}]`, text(shown) ?? '', detail)];
  });
  errors.push(...validateRatio(item, name, field));
  const [limit, request] = [amount('default'), amount('defaultRequest')];
  if (!mayOvercommit(name) && limit !== undefined && request !== undefined && limit !== request) {
    const detail = `default value ${text('default')} must equal to defaultRequest value ${text('defaultRequest')} in ${name}`;
    errors.push(invalid(`${field}.defaultRequest[${name}]`, text('defaultRequest') ?? '', detail));
  }
  return errors;
}

/** Extended resources and huge pages are there or not. */
const mayOvercommit = (name: string): boolean =>
  (!name.includes('/') || name.includes('kubernetes.io/')) && !name.startsWith('hugepages-');

function validateRatio(item: Item, name: string, field: string): FieldError[] {
  const amount = (list: List): bigint | undefined => parseQuantity(valueOf(item[list], name) ?? '');
  const [ratio, min, max] = [amount('maxLimitRequestRatio'), amount('min'), amount('max')];
  if (ratio === undefined) return [];
  const shown = valueOf(item.maxLimitRequestRatio, name) ?? '';
  const refuse = (detail: string): FieldError => invalid(`${field}.maxLimitRequestRatio[${name}]`, shown, detail);
  const errors = ratio < 1_000_000_000n ? [refuse(`ratio ${shown} is less than 1`)] : [];
  if (min === undefined || max === undefined) return errors;
  const widest = Number(milliOf(max)) / Number(milliOf(min));
  if (Number(milliOf(ratio)) / 1000 <= widest) return errors;
  return [...errors, refuse(`ratio ${shown} is greater than max/min = ${widest.toFixed(6)}`)];
}

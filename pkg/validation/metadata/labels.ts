/** Labels, annotations and label selectors. Maps are walked in key order (Q25). */
import type { FieldError } from '../../api/field-error.ts';
import { forbidden, invalid, invalidEach, json, required, tooLong } from '../errors.ts';
import { labelKeyProblems, labelValueProblems } from '../formats/labels.ts';
import { byteLength } from '../formats/text.ts';

export type StringMap = Readonly<Record<string, string>> | undefined;

/** Entries in key order; user keys stay strings and never touch a prototype. */
export const entriesOf = (map: StringMap): [string, string][] =>
  Object.entries(map ?? {}).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

export const hasKey = (map: StringMap, key: string): boolean => map !== undefined && Object.hasOwn(map, key);

export const valueOf = (map: StringMap, key: string): string | undefined =>
  map !== undefined && Object.hasOwn(map, key) ? map[key] : undefined;

/** V6 */
export function validateLabels(labels: StringMap, field: string): FieldError[] {
  return entriesOf(labels).flatMap(([key, value]) => [
    ...invalidEach(field, key, labelKeyProblems(key)),
    ...invalidEach(field, value, labelValueProblems(value)),
  ]);
}

const annotationBudget = 256 * 1024;

/** Go lower-cases İ to a plain i, JavaScript to two characters. */
const lower = (key: string): string => key.replaceAll('\u0130', 'i').toLowerCase();

/** V7, V8 */
export function validateAnnotations(annotations: StringMap, field: string): FieldError[] {
  const entries = entriesOf(annotations);
  const errors = entries.flatMap(([key]) => invalidEach(field, key, labelKeyProblems(lower(key))));
  const bytes = entries.reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);
  if (bytes > annotationBudget) errors.push(tooLong(field, annotationBudget));
  return errors;
}

export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly SelectorRequirement[];
}

/** An empty key or operator is absent on the wire. */
export interface SelectorRequirement {
  readonly key?: string;
  readonly operator?: string;
  readonly values?: readonly string[];
}

/** `matchLabels` and `matchExpressions` of a spec. */
export function validateLabelSelector(
  selector: LabelSelector | undefined,
  field: string,
  allowBadValues = false,
): FieldError[] {
  if (selector === undefined) return [];
  const errors = validateLabels(selector.matchLabels, `${field}.matchLabels`);
  for (const [index, requirement] of (selector.matchExpressions ?? []).entries()) {
    errors.push(...validateRequirement(requirement, `${field}.matchExpressions[${index}]`, allowBadValues));
  }
  return errors;
}

function validateRequirement(requirement: SelectorRequirement, field: string, allowBadValues: boolean): FieldError[] {
  const values = requirement.values ?? [];
  const errors: FieldError[] = [];
  switch (requirement.operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) {
        errors.push(required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
      }
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) {
        errors.push(forbidden(`${field}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
      }
      break;
    default:
      errors.push(invalid(`${field}.operator`, json(requirement.operator ?? ''), 'not a valid selector operator'));
  }
  errors.push(...invalidEach(`${field}.key`, requirement.key ?? '', labelKeyProblems(requirement.key ?? '')));
  if (allowBadValues) return errors;
  return errors.concat(
    values.flatMap((value, index) => invalidEach(`${field}.values[${index}]`, value, labelValueProblems(value))),
  );
}

/** No term at all: matches everything, which some kinds refuse. */
export const isEmptySelector = (selector: LabelSelector): boolean =>
  Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length === 0;

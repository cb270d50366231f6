/** Numbers: counts that are not negative, percentages. */
import type { FieldError } from '../api/field-error.ts';
import { invalid, json } from './errors.ts';
import { notNegative } from './metadata/object-meta.ts';
import { regexSentence } from './formats/text.ts';

/** `2` or `"25%"`. */
export type IntOrPercent = number | string;

const percentForm = /^[0-9]+%$/;
const percentRule = regexSentence(
  "a valid percent string must be a numeric string followed by an ending '%'",
  '[0-9]+%',
  '1%',
  '93%',
);

/** The named fields of `object` that are present, in the order given. */
export function validateCounts<T extends object>(
  object: T | undefined,
  field: string,
  ...names: readonly (keyof T & string)[]
): FieldError[] {
  return names.flatMap((name) => validateCount(object?.[name], `${field}.${name}`));
}

export const validateCount = (value: unknown, field: string): FieldError[] =>
  typeof value === 'number' && value < 0 ? [invalid(field, value, notNegative)] : [];

export function validateIntOrPercent(value: IntOrPercent, field: string): FieldError[] {
  if (typeof value === 'number') return validateCount(value, field);
  return percentForm.test(value) ? [] : [invalid(field, json(value), percentRule)];
}

export const validateAtMostAll = (value: IntOrPercent, field: string): FieldError[] =>
  isPercent(value) && countOf(value) > 100 ? [invalid(field, json(value), 'must not be greater than 100%')] : [];

const isPercent = (value: IntOrPercent): boolean => typeof value === 'string' && percentForm.test(value);

/** The number in front of the percent sign counts; text that is no number counts as none. */
export function countOf(value: IntOrPercent): number {
  if (typeof value === 'number') return value;
  if (isPercent(value)) return Number.parseInt(value, 10);
  return /^[+-]?[0-9]+$/.test(value) ? Number.parseInt(value, 10) : 0;
}

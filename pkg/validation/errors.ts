/**
 * The vocabulary of findings (W4, W5). A plain string shows in Go quotes; what upstream keeps in a named type, a
 * pointer, a list or a struct shows as JSON and is passed through `json()`.
 */
import type { FieldError, FieldErrorType } from '../api/field-error.ts';
import { goQuote } from '../api/schema/go-quote.ts';
import { goJson } from './formats/quote.ts';

/** A value already rendered for a message. */
export interface Shown {
  readonly shown: string;
}

export type BadValue = string | number | boolean | Shown;

/** JSON form of a value; undefined and null both show as null. */
export const json = (value: unknown): Shown => ({ shown: goJson(value) });

function show(value: BadValue): string {
  if (typeof value === 'object') return value.shown;
  return typeof value === 'string' ? goQuote(value) : String(value);
}

function finding(type: FieldErrorType, field: string, body: string, detail = ''): FieldError {
  return { type, field, message: detail === '' ? body : `${body}: ${detail}` };
}

export const required = (field: string, detail = ''): FieldError =>
  finding('FieldValueRequired', field, 'Required value', detail);

export const invalid = (field: string, value: BadValue, detail: string): FieldError =>
  finding('FieldValueInvalid', field, `Invalid value: ${show(value)}`, detail);

export const duplicate = (field: string, value: BadValue): FieldError =>
  finding('FieldValueDuplicate', field, `Duplicate value: ${show(value)}`);

export const forbidden = (field: string, detail: string): FieldError =>
  finding('FieldValueForbidden', field, 'Forbidden', detail);

export const notFound = (field: string, value: BadValue): FieldError =>
  finding('FieldValueNotFound', field, `Not found: ${show(value)}`);

/** W6: the list is shown in the order given; callers keep it sorted where upstream sorts. */
export const notSupported = (field: string, value: BadValue, supported: readonly string[]): FieldError =>
  finding(
    'FieldValueNotSupported',
    field,
    `Unsupported value: ${show(value)}`,
    supported.length === 0 ? '' : `supported values: ${supported.map(goQuote).join(', ')}`,
  );

/** The value itself is left out. */
export const tooLong = (field: string, limit: number, unit = 'bytes'): FieldError =>
  finding(
    'FieldValueTooLong',
    field,
    'Too long',
    `may not be more than ${limit} ${limit === 1 ? unit.slice(0, -1) : unit}`,
  );

export const tooMany = (field: string, count: number, limit: number): FieldError =>
  finding(
    'FieldValueTooMany',
    field,
    `Too many: ${count}`,
    `must have at most ${limit} ${limit === 1 ? 'item' : 'items'}`,
  );

export const internal = (field: string, detail: string): FieldError =>
  finding('InternalError', field, 'Internal error', detail);

/** One Invalid a sentence. */
export const invalidEach = (field: string, value: BadValue, problems: readonly string[]): FieldError[] =>
  problems.map((problem) => invalid(field, value, problem));

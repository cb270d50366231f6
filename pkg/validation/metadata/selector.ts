/** Selectors of specs as a whole: readable, not empty, true for the template beside them. */
import type { FieldError } from '../../api/field-error.ts';
import { type Labels, selectorFromSpec } from '../../api/labels/selector.ts';
import { sameValue } from '../equal.ts';
import { invalid, json, required, type Shown } from '../errors.ts';
import { entriesOf, isEmptySelector, type LabelSelector, validateLabelSelector } from './labels.ts';
import { immutable } from './object-meta.ts';

export interface Matcher {
  readonly empty: boolean;
  matches(labels: Labels): boolean;
}

const nothing: Matcher = { empty: false, matches: () => false };

/** Undefined when a part of it cannot be read. No selector at all matches nothing. */
export function readSelector(selector: LabelSelector | undefined): Matcher | undefined {
  if (selector === undefined) return nothing;
  if (validateLabelSelector(selector, '').length > 0) return undefined;
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return selectorFromSpec({
    matchLabels,
    matchExpressions: matchExpressions.map(({ key = '', operator = '', values = [] }) => ({ key, operator, values })),
  });
}

/** A selector in a message: map keys sorted, as Go prints them. */
export function showSelector(selector: LabelSelector | undefined): Shown {
  if (selector === undefined) return json(null);
  const { matchLabels, matchExpressions } = selector;
  return json({
    ...(matchLabels === undefined ? {} : { matchLabels: Object.fromEntries(entriesOf(matchLabels)) }),
    ...(matchExpressions === undefined
      ? {}
      : {
          matchExpressions: matchExpressions.map(({ key = '', operator = '', values = [] }) => ({
            key,
            operator,
            ...(values.length > 0 ? { values } : {}),
          })),
        }),
  });
}

/** For kinds that require one: present, well formed, not empty. */
export function validateOwnSelector(selector: LabelSelector | undefined, field: string, kind: string): FieldError[] {
  if (selector === undefined) return [required(field)];
  return [...validateLabelSelector(selector, field), ...validateNotEmpty(selector, field, kind)];
}

export const validateNotEmpty = (selector: LabelSelector, field: string, kind: string): FieldError[] =>
  isEmptySelector(selector) ? [invalid(field, showSelector(selector), `empty selector is invalid for ${kind}`)] : [];

/** `field`: the template. An empty selector has been reported already. */
export function validateSelectsTemplate(matcher: Matcher, labels: Labels, field: string): FieldError[] {
  if (matcher.empty || matcher.matches(labels)) return [];
  const shown = json(labels === undefined ? null : Object.fromEntries(entriesOf(labels)));
  return [invalid(`${field}.metadata.labels`, shown, '`selector` does not match template `labels`')];
}

export const validateSelectorKept = (
  next: LabelSelector | undefined,
  previous: LabelSelector | undefined,
  field: string,
): FieldError[] => (sameValue(next, previous) ? [] : [invalid(field, showSelector(next), immutable)]);

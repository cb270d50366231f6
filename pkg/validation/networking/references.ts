/** References to objects of any kind. */
import type { FieldError } from '../../api/field-error.ts';
import { invalidEach, required } from '../errors.ts';
import { dnsSubdomainProblems } from '../formats/dns.ts';
import { pathSegmentProblems } from '../formats/paths.ts';

export interface TypedReference {
  readonly apiGroup?: string;
  readonly kind?: string;
  readonly name?: string;
}

export function validateTypedReference({ apiGroup, kind, name }: TypedReference, field: string): FieldError[] {
  return [
    ...(apiGroup === undefined ? [] : invalidEach(`${field}.apiGroup`, apiGroup, dnsSubdomainProblems(apiGroup))),
    ...validateSegment(kind, `${field}.kind`),
    ...validateSegment(name, `${field}.name`),
  ];
}

/** Something that has to fit into a URL. */
export const validateSegment = (text: string | undefined, field: string): FieldError[] =>
  text ? invalidEach(field, text, pathSegmentProblems(text)) : [required(field)];

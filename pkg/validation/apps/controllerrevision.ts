/** ControllerRevisions: data that can never change. */
import type { FieldError } from '../../api/field-error.ts';
import type { ControllerRevision } from '../../api/workloads.ts';
import { validateCount } from '../counts.ts';
import { sameValue } from '../equal.ts';
import { invalid, json, required } from '../errors.ts';
import { subdomainName } from '../metadata/names.ts';
import { immutable, validateObjectMeta, validateObjectMetaUpdate } from '../metadata/object-meta.ts';

const validateRevision = ({ metadata, revision }: ControllerRevision): FieldError[] => [
  ...validateObjectMeta(metadata, true, subdomainName),
  ...validateCount(revision, 'revision'),
];

export function validateControllerRevision(object: ControllerRevision): FieldError[] {
  const { data } = object;
  const errors = validateRevision(object);
  if (data === undefined || data === null) return [...errors, required('data', 'data is mandatory')];
  return typeof data === 'object' && !Array.isArray(data)
    ? errors
    : [...errors, required('data', 'data must be a valid JSON object')];
}

export function validateControllerRevisionUpdate(next: ControllerRevision, previous: ControllerRevision): FieldError[] {
  return [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateRevision(next),
    ...(sameValue(next.data, previous.data) && (next.data === undefined) === (previous.data === undefined)
      ? []
      : [invalid('data', json(next.data), immutable)]),
  ];
}

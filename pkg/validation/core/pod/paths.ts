/** Paths inside containers and volumes. */
import type { FieldError } from '../../../api/field-error.ts';
import { invalid } from '../../errors.ts';

const climbs = (path: string): boolean => path.split('/').includes('..');

/** Relative, and never upwards. */
export function validateDescendingPath(path: string, field: string): FieldError[] {
  return [
    ...(path.startsWith('/') ? [invalid(field, path, 'must be a relative path')] : []),
    ...validateNoBacksteps(path, field),
  ];
}

export const validateNoBacksteps = (path: string, field: string): FieldError[] =>
  climbs(path) ? [invalid(field, path, "must not contain '..'")] : [];

/** As validateDescendingPath, and no name beginning with two dots, which kubelets use themselves. */
export function validateFilePath(path: string, field: string): FieldError[] {
  const reserved = path.startsWith('..') && !path.startsWith('../');
  return [
    ...validateDescendingPath(path, field),
    ...(reserved ? [invalid(field, path, "must not start with '..'")] : []),
  ];
}

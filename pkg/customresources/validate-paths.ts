/** Printer columns and the scale subresource: paths into the object. */
import type { FieldError } from '../api/field-error.ts';
import { invalid, json, required } from '../validation/errors.ts';
import type { PrinterColumn, ScalePaths } from './definition.ts';

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string'];
const columnFormats = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];

export function validateColumn({ name, type, format = '', jsonPath }: PrinterColumn, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const oneOf = `must be one of ${columnTypes.join(',')}`;
  if (name === '') errors.push(required(`${field}.name`));
  if (type === '') errors.push(required(`${field}.type`, oneOf));
  else if (!columnTypes.includes(type)) errors.push(invalid(`${field}.type`, type, oneOf));
  if (format !== '' && !columnFormats.includes(format)) {
    errors.push(invalid(`${field}.format`, format, `must be one of ${columnFormats.join(',')}`));
  }
  if (jsonPath === '') errors.push(required(`${field}.JSONPath`));
  else errors.push(...simplePath(jsonPath, `${field}.JSONPath`));
  return errors;
}

export function validateScalePaths(scale: ScalePaths | undefined, field: string): FieldError[] {
  if (scale === undefined) return [];
  const { specReplicasPath, statusReplicasPath, labelSelectorPath = '' } = scale;
  return [
    ...pathUnder(specReplicasPath, ['.spec.'], `${field}.specReplicasPath`, 'should be a json path under .spec'),
    ...pathUnder(
      statusReplicasPath,
      ['.status.'],
      `${field}.statusReplicasPath`,
      'should be a json path under .status',
    ),
    ...(labelSelectorPath === ''
      ? []
      : pathUnder(
          labelSelectorPath,
          ['.spec.', '.status.'],
          `${field}.labelSelectorPath`,
          'should be a json path under either .spec or .status',
          true,
        )),
  ];
}

function pathUnder(path: string, roots: readonly string[], field: string, why: string, pointer = false): FieldError[] {
  if (path === '') return [required(field)];
  const simple = simplePath(path, field);
  if (simple.length > 0) return simple;
  return roots.some((root) => path.startsWith(root)) ? [] : [invalid(field, pointer ? json(path) : path, why)];
}

function simplePath(path: string, field: string): FieldError[] {
  return path.startsWith('.') ? [] : [invalid(field, path, 'must be a simple json path starting with .')];
}

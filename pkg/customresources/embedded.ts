/** Objects inside objects: what x-kubernetes-embedded-resource marks has a version, a kind and proper metadata. */
import type { FieldError } from '../api/field-error.ts';
import type { ObjectMeta } from '../api/types.ts';
import { invalid, required } from '../validation/errors.ts';
import { dns1035LabelProblems } from '../validation/formats/dns.ts';
import { pathSegmentName } from '../validation/metadata/names.ts';
import { validateGenericMeta } from '../validation/metadata/object-meta.ts';
import { additionalOf, isObject, itemsOf, propertyOf, type JsonObject, type Schema } from './schema.ts';
import { shown } from './validate-value.ts';

export function validateEmbedded(schema: Schema | undefined, value: unknown, path = ''): FieldError[] {
  if (schema === undefined) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => validateEmbedded(itemsOf(schema), item, `${path}[${index}]`));
  }
  if (!isObject(value)) return [];
  const own = schema['x-kubernetes-embedded-resource'] === true ? ofEmbedded(value, path) : [];
  const more = additionalOf(schema);
  return [
    ...own,
    ...Object.keys(value).flatMap((key) => {
      const property = propertyOf(schema, key);
      if (property !== undefined) return validateEmbedded(property, value[key], child(path, key));
      return more === undefined ? [] : validateEmbedded(more, value[key], `${path}[${key}]`);
    }),
  ];
}

const child = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

function ofEmbedded(object: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const key of ['apiVersion', 'kind']) if (!Object.hasOwn(object, key)) errors.push(required(child(path, key)));
  for (const key of ['apiVersion', 'kind']) {
    if (!Object.hasOwn(object, key)) continue;
    const [field, value] = [child(path, key), object[key]];
    if (typeof value !== 'string') errors.push(invalid(field, shown(value), 'must be a string'));
    else if (value === '') errors.push(invalid(field, value, 'must not be empty'));
    else if (key === 'apiVersion') {
      if (value.split('/').length > 2) errors.push(invalid(field, value, `unexpected GroupVersion string: ${value}`));
    } else {
      const problems = dns1035LabelProblems(value.toLowerCase());
      const why = `may have mixed case, but should otherwise match: ${problems.join(',')}`;
      if (problems.length > 0) errors.push(invalid(field, value, why));
    }
  }
  const { metadata } = object;
  if (!isObject(metadata)) return errors;
  const meta = metadata as ObjectMeta;
  const named = { ...meta, name: meta.name || 'fakename' };
  return [...errors, ...validateGenericMeta(named, Boolean(meta.namespace), pathSegmentName, child(path, 'metadata'))];
}

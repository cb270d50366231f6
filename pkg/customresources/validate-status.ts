/** The status of a definition: the names it was given, and the versions in which objects are stored. */
import type { FieldError } from '../api/field-error.ts';
import { invalid, json } from '../validation/errors.ts';
import { dns1035LabelProblems } from '../validation/formats/dns.ts';
import type { CustomResourceDefinition, DefinitionNames } from './definition.ts';

/** Accepted names, and stored versions that still exist. */
export function validateStatus({ spec, status }: CustomResourceDefinition): FieldError[] {
  const stored = status?.storedVersions ?? [];
  const field = 'status.storedVersions';
  const errors = validateNames(status?.acceptedNames ?? { plural: '', kind: '' }, 'status.acceptedNames');
  if (stored.length === 0) return [...errors, invalid(field, json(null), 'must have at least one stored version')];
  const names = new Set((spec.versions ?? []).map(({ name }) => name));
  for (const { name, storage } of spec.versions ?? []) {
    if (storage && !stored.includes(name)) {
      errors.push(invalid(field, json(stored), `must have the storage version ${name}`));
    }
  }
  for (const [index, name] of stored.entries()) {
    if (names.has(name)) continue;
    const why =
      `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions ` +
      `until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`;
    errors.push(invalid(`${field}[${index}]`, name, why));
  }
  return errors;
}

/** Names of a kind, asked for or accepted; `field` is where they stand. */
export function validateNames(names: DefinitionNames, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const check = (name: string, value: string, at: string, mixedCase = false): void => {
    const problems = value === '' ? [] : dns1035LabelProblems(mixedCase ? value.toLowerCase() : value);
    if (problems.length === 0) return;
    const why = problems.join(',');
    errors.push(
      invalid(`${field}.${at}`, value, mixedCase ? `may have mixed case, but should otherwise match: ${why}` : why),
    );
  };
  const { plural, singular = '', kind, listKind = '', shortNames = [], categories = [] } = names;
  check('plural', plural, 'plural');
  check('singular', singular, 'singular');
  check('kind', kind, 'kind', true);
  check('listKind', listKind, 'listKind', true);
  for (const [index, name] of shortNames.entries()) check('shortName', name, `shortNames[${index}]`);
  if (kind !== '' && kind === listKind) {
    errors.push(invalid(`${field}.listKind`, listKind, 'kind and listKind may not be the same'));
  }
  for (const [index, name] of categories.entries()) check('category', name, `categories[${index}]`);
  return errors;
}

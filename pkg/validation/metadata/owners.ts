/** V9, V10: ownerReferences. */
import type { FieldError } from '../../api/field-error.ts';
import type { OwnerReference } from '../../api/types.ts';
import { invalid, json } from '../errors.ts';

/** In Go's field order, which is the order in which a message shows it. */
function shown(owner: OwnerReference): Record<string, unknown> {
  return {
    apiVersion: owner.apiVersion ?? '',
    kind: owner.kind ?? '',
    name: owner.name ?? '',
    uid: owner.uid ?? '',
    controller: owner.controller,
    blockOwnerDeletion: owner.blockOwnerDeletion,
  };
}

function groupVersion(apiVersion: string): { group: string; version: string } {
  const parts = apiVersion.split('/');
  if (parts.length > 2) return { group: '', version: '' };
  const [first = '', second] = parts;
  return second === undefined ? { group: '', version: first } : { group: first, version: second };
}

function validateOwner(owner: OwnerReference, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const { group, version } = groupVersion(owner.apiVersion ?? '');
  if (version === '') errors.push(invalid(`${field}.apiVersion`, owner.apiVersion ?? '', 'version must not be empty'));
  if (!owner.kind) errors.push(invalid(`${field}.kind`, '', 'must not be empty'));
  if (!owner.name) errors.push(invalid(`${field}.name`, '', 'must not be empty'));
  if (!owner.uid) errors.push(invalid(`${field}.uid`, json(''), 'must not be empty'));
  if (group === '' && version === 'v1' && owner.kind === 'Event') {
    errors.push(invalid(field, json(shown(owner)), '/v1, Kind=Event is disallowed from being an owner'));
  }
  return errors;
}

export function validateOwnerReferences(owners: readonly OwnerReference[], field: string): FieldError[] {
  const errors: FieldError[] = [];
  let first: string | undefined;
  for (const owner of owners) {
    errors.push(...validateOwner(owner, field));
    if (owner.controller !== true) continue;
    const name = `${owner.kind ?? ''}/${owner.name ?? ''}`;
    if (first === undefined) first = name;
    else {
      const detail = `Only one reference can have Controller set to true. Found "true" in references for ${first} and ${name}`;
      errors.push(invalid(field, json(owners.map(shown)), detail));
    }
  }
  return errors;
}

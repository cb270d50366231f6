/** O40–O43: ServiceCIDR. One or two canonical networks of different families; the first can never change. */
import type { FieldError } from '../../api/field-error.ts';
import type { ServiceCIDR } from '../../api/types.ts';
import { parsePrefixTolerant } from '../../ip/index.ts';
import { invalid, json, required } from '../errors.ts';
import { strictCidrErrors } from '../formats/ips.ts';
import { subdomainName } from '../metadata/names.ts';
import { immutable, validateObjectMeta, validateObjectMetaUpdate } from '../metadata/object-meta.ts';

const cidrsField = 'spec.cidrs';
const cidrsOf = (object: ServiceCIDR): readonly string[] => object.spec?.cidrs ?? [];

export function validateServiceCidr(object: ServiceCIDR): FieldError[] {
  return [...validateObjectMeta(object.metadata, false, subdomainName), ...validateCidrs(cidrsOf(object))];
}

function validateCidrs(cidrs: readonly string[]): FieldError[] {
  if (cidrs.length === 0) return [required(cidrsField, 'at least one CIDR required')];
  // O40: the whole spec is shown, with its Go field name.
  if (cidrs.length > 2) return [invalid(cidrsField, json({ CIDRs: cidrs }), 'may only hold up to 2 values')];
  const errors = cidrs.flatMap((cidr, index) => strictCidrErrors(`${cidrsField}[${index}]`, cidr));
  const [first, second] = cidrs.map((cidr) => parsePrefixTolerant(cidr)?.network.family);
  if (cidrs.length === 2 && first !== undefined && first === second) {
    const detail = 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64';
    errors.push(invalid(cidrsField, json(cidrs), detail));
  }
  return errors;
}

/** O43 */
export function validateServiceCidrUpdate(next: ServiceCIDR, previous: ServiceCIDR): FieldError[] {
  return [...validateObjectMetaUpdate(next.metadata, previous.metadata), ...validateCidrsKept(next, previous)];
}

function validateCidrsKept(next: ServiceCIDR, previous: ServiceCIDR): FieldError[] {
  const after = cidrsOf(next);
  const before = cidrsOf(previous);
  const kept = before.flatMap((cidr, index) =>
    cidr === after[index] ? [] : [invalid(`${cidrsField}[${index}]`, after[index] ?? '', immutable)],
  );
  if (before.length === after.length) return kept;
  if (before.length === 1 && after.length === 2) return [...kept, ...validateCidrs(after)];
  return [invalid(cidrsField, json(next.spec?.cidrs), immutable)];
}

/** Conditions are not validated. */
export const validateServiceCidrStatusUpdate = (next: ServiceCIDR, previous: ServiceCIDR): FieldError[] =>
  validateObjectMetaUpdate(next.metadata, previous.metadata);

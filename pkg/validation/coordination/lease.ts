/** Lease: leader election and node heartbeats. */
import type { FieldError } from '../../api/field-error.ts';
import type { Lease } from '../../api/types.ts';
import { invalid } from '../errors.ts';
import { subdomainName } from '../metadata/names.ts';
import { notNegative, validateGenericMeta, validateGenericMetaUpdate } from '../metadata/object-meta.ts';

type LeaseSpec = NonNullable<Lease['spec']>;

export const validateLease = (lease: Lease): FieldError[] => [
  ...validateGenericMeta(lease.metadata, true, subdomainName),
  ...validateLeaseSpec(lease.spec ?? {}),
];

export const validateLeaseUpdate = (next: Lease, previous: Lease): FieldError[] => [
  ...validateGenericMetaUpdate(next.metadata, previous.metadata),
  ...validateLeaseSpec(next.spec ?? {}),
];

function validateLeaseSpec(spec: LeaseSpec): FieldError[] {
  const { leaseDurationSeconds, leaseTransitions } = spec;
  const errors: FieldError[] = [];
  if (leaseDurationSeconds !== undefined && leaseDurationSeconds <= 0) {
    errors.push(invalid('spec.leaseDurationSeconds', leaseDurationSeconds, 'must be greater than 0'));
  }
  if (leaseTransitions !== undefined && leaseTransitions < 0) {
    errors.push(invalid('spec.leaseTransitions', leaseTransitions, notNegative));
  }
  return errors;
}

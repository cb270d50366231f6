/** Lease: leader election and node heartbeats. */
import type { FieldError } from '../../api/field-error.ts';
import type { Lease } from '../../api/types.ts';
import { forbidden, invalid, invalidEach, json, notSupported } from '../errors.ts';
import { labelKeyProblems } from '../formats/labels.ts';
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
  const { leaseDurationSeconds, leaseTransitions, preferredHolder, strategy } = spec;
  const errors: FieldError[] = [];
  if (leaseDurationSeconds !== undefined && leaseDurationSeconds <= 0) {
    errors.push(invalid('spec.leaseDurationSeconds', leaseDurationSeconds, 'must be greater than 0'));
  }
  if (leaseTransitions !== undefined && leaseTransitions < 0) {
    errors.push(invalid('spec.leaseTransitions', leaseTransitions, notNegative));
  }
  if (strategy !== undefined) errors.push(...validateStrategy(strategy));
  if (preferredHolder && !strategy) {
    errors.push(forbidden('spec.preferredHolder', 'may only be specified if `strategy` is defined'));
  }
  return errors;
}

/** The path repeats the last part: an upstream slip that clients see. */
function validateStrategy(strategy: string): FieldError[] {
  const field = 'spec.strategy.strategy';
  if (strategy.includes('/')) return invalidEach(field, json(strategy), labelKeyProblems(strategy));
  const known = ['OldestEmulationVersion'];
  return known.includes(strategy) ? [] : [notSupported(field, json(strategy), known)];
}

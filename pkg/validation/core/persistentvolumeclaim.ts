/** PersistentVolumeClaims: what they ask for is fixed, except for the size once they are bound. */
import type { FieldError } from '../../api/field-error.ts';
import type { PersistentVolumeClaim } from '../../api/workloads.ts';
import { sameValue } from '../equal.ts';
import { forbidden, invalid, invalidEach, json, notSupported, required } from '../errors.ts';
import { dnsSubdomainProblems } from '../formats/dns.ts';
import { parseQuantity } from '../formats/quantity.ts';
import type { Loose } from '../loose.ts';
import { validateLabelSelector, valueOf } from '../metadata/labels.ts';
import { subdomainName } from '../metadata/names.ts';
import { immutable, validateObjectMeta, validateObjectMetaUpdate } from '../metadata/object-meta.ts';
import { validateAmount } from './resources.ts';

export type ClaimSpec = Loose<NonNullable<PersistentVolumeClaim['spec']>>;

const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
const volumeModes = ['Block', 'Filesystem'];
const positive = 'must be greater than zero';

export const validatePersistentVolumeClaim = (object: PersistentVolumeClaim): FieldError[] => [
  ...validateObjectMeta(object.metadata, true, subdomainName),
  ...validateClaimSpec(object.spec ?? {}, 'spec'),
];

export function validateClaimSpec(spec: ClaimSpec, field: string): FieldError[] {
  const { accessModes: modes = [], selector, storageClassName = '', volumeMode, volumeAttributesClassName = '' } = spec;
  return [
    ...(modes.length === 0 ? [required(`${field}.accessModes`, 'at least 1 access mode is required')] : []),
    ...validateLabelSelector(selector, `${field}.selector`),
    ...validateAccessModes(modes, `${field}.accessModes`),
    ...validateSize(spec, `${field}.resources[storage]`),
    ...(storageClassName === ''
      ? []
      : invalidEach(`${field}.storageClassName`, storageClassName, dnsSubdomainProblems(storageClassName))),
    ...validateVolumeMode(volumeMode, `${field}.volumeMode`),
    ...(volumeAttributesClassName === ''
      ? []
      : invalidEach(
          `${field}.volumeAttributesClassName`,
          volumeAttributesClassName,
          dnsSubdomainProblems(volumeAttributesClassName),
        )),
  ];
}

/** Also those of a volume. */
export function validateAccessModes(modes: readonly string[], field: string): FieldError[] {
  const known = modes.filter((mode) => accessModes.includes(mode));
  return [
    ...modes.flatMap((mode) => (accessModes.includes(mode) ? [] : [notSupported(field, json(mode), accessModes)])),
    ...(known.includes('ReadWriteOncePod') && known.some((mode) => mode !== 'ReadWriteOncePod')
      ? [forbidden(field, 'may not use ReadWriteOncePod with other access modes')]
      : []),
  ];
}

export const validateVolumeMode = (mode: string | undefined, field: string): FieldError[] =>
  mode === undefined || volumeModes.includes(mode) ? [] : [notSupported(field, json(mode), volumeModes)];

function validateSize({ resources }: ClaimSpec, field: string): FieldError[] {
  const size = valueOf(resources?.requests, 'storage');
  if (size === undefined) return [required(field)];
  return (parseQuantity(size) ?? 1n) <= 0n ? [invalid(field, size, positive)] : validateAmount('storage', size, field);
}

export function validatePersistentVolumeClaimUpdate(
  next: PersistentVolumeClaim,
  previous: PersistentVolumeClaim,
): FieldError[] {
  const after: ClaimSpec = next.spec ?? {};
  const before: ClaimSpec = previous.spec ?? {};
  return [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validatePersistentVolumeClaim(next),
    ...(sameValue(fixedPart(after, before, next.status?.phase === 'Bound'), before) ? [] : [refusal()]),
    ...validateNotSmaller(after, before, valueOf(previous.status?.capacity, 'storage')),
    ...(after.volumeMode === before.volumeMode ? [] : [invalid('volumeMode', json(after.volumeMode), immutable)]),
  ];
}

/** Upstream adds a diff of Go structs. */
const refusal = (): FieldError =>
  forbidden(
    'spec',
    'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n',
  );

/** The new spec with everything that may change put back: the volume is named once, the size moves when bound. */
function fixedPart(after: ClaimSpec, before: ClaimSpec, bound: boolean): object {
  const storage = valueOf(before.resources?.requests, 'storage');
  const requests = { ...after.resources?.requests, ...(storage === undefined ? {} : { storage }) };
  return {
    ...after,
    ...(before.volumeName ? {} : { volumeName: before.volumeName }),
    // A claim made before there was a default class may still be given one.
    ...(before.storageClassName === undefined ? { storageClassName: undefined } : {}),
    ...(bound
      ? { resources: { ...after.resources, requests }, volumeAttributesClassName: before.volumeAttributesClassName }
      : {}),
  };
}

/** Shrinking is how a failed growth is taken back, never below what is there. */
function validateNotSmaller(after: ClaimSpec, before: ClaimSpec, capacity: string | undefined): FieldError[] {
  const size = (spec: ClaimSpec): bigint => parseQuantity(valueOf(spec.resources?.requests, 'storage') ?? '') ?? 0n;
  if (size(after) >= size(before) || size(after) > (parseQuantity(capacity ?? '') ?? 0n)) return [];
  return [forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity')];
}

export const validatePersistentVolumeClaimStatusUpdate = (
  next: PersistentVolumeClaim,
  previous: PersistentVolumeClaim,
): FieldError[] => validateObjectMetaUpdate(next.metadata, previous.metadata);

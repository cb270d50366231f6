/**
 * Metadata of any object (V1–V16). Two layers, as upstream: the generic one judges every object after the kind's own
 * rules on create and before them on update; the kind repeats most of it with its own name rule, which is why one bad
 * label is reported up to three times on update (V16).
 */
import type { FieldError } from '../../api/field-error.ts';
import type { ObjectMeta } from '../../api/types.ts';
import { type BadValue, forbidden, invalid, invalidEach, json, required } from '../errors.ts';
import { dnsLabelProblems } from '../formats/dns.ts';
import { validateFinalizerNames, validateFinalizers, validateNoNewFinalizers } from './finalizers.ts';
import { validateAnnotations, validateLabels } from './labels.ts';
import { validateManagedFields } from './managed-fields.ts';
import { type NameRule, pathSegmentName } from './names.ts';
import { validateOwnerReferences } from './owners.ts';

export const metadataField = 'metadata';
export const immutable = 'field is immutable';
export const notNegative = 'must be greater than or equal to 0';

function validateNames(meta: ObjectMeta, rule: NameRule, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (meta.generateName) {
    errors.push(...invalidEach(`${field}.generateName`, meta.generateName, rule(meta.generateName, true)));
  }
  if (!meta.name) errors.push(required(`${field}.name`, 'name or generateName is required'));
  else errors.push(...invalidEach(`${field}.name`, meta.name, rule(meta.name, false)));
  return errors;
}

function validateNamespace(meta: ObjectMeta, namespaced: boolean, field: string): FieldError[] {
  const at = `${field}.namespace`;
  if (!namespaced) return meta.namespace ? [forbidden(at, 'not allowed on this type')] : [];
  if (!meta.namespace) return [required(at)];
  return invalidEach(at, meta.namespace, dnsLabelProblems(meta.namespace));
}

/** V1–V11, V13: what every object must satisfy whatever its kind. */
export function validateGenericMeta(
  meta: ObjectMeta,
  namespaced: boolean,
  rule: NameRule = pathSegmentName,
  field = metadataField,
): FieldError[] {
  return [...validateNames(meta, rule, field), ...validateMetaWithoutName(meta, namespaced, field)];
}

/** As validateGenericMeta for kinds that judge the name themselves. */
export function validateMetaWithoutName(meta: ObjectMeta, namespaced: boolean, field = metadataField): FieldError[] {
  return [
    ...validateNamespace(meta, namespaced, field),
    ...((meta.generation ?? 0) < 0 ? [invalid(`${field}.generation`, meta.generation ?? 0, notNegative)] : []),
    ...validateLabels(meta.labels, `${field}.labels`),
    ...validateAnnotations(meta.annotations, `${field}.annotations`),
    ...validateOwnerReferences(meta.ownerReferences ?? [], `${field}.ownerReferences`),
    ...validateFinalizers(meta.finalizers ?? [], `${field}.finalizers`),
    ...validateManagedFields(meta.managedFields, `${field}.managedFields`),
  ];
}

/** The metadata rules a built-in kind applies on create: the generic ones with its name rule, and V12. */
export function validateObjectMeta(
  meta: ObjectMeta,
  namespaced: boolean,
  rule: NameRule,
  field = metadataField,
): FieldError[] {
  return [
    ...validateGenericMeta(meta, namespaced, rule, field),
    ...validateFinalizerNames(meta.finalizers ?? [], `${field}.finalizers`),
  ];
}

function unchanged(field: string, next: unknown, previous: unknown, shown: BadValue): FieldError[] {
  return (next ?? undefined) === (previous ?? undefined) ? [] : [invalid(field, shown, immutable)];
}

/** V14, V15 and the repeatable checks. */
export function validateGenericMetaUpdate(next: ObjectMeta, previous: ObjectMeta, field = metadataField): FieldError[] {
  const errors: FieldError[] = [];
  if (previous.deletionTimestamp !== undefined) {
    errors.push(...validateNoNewFinalizers(next.finalizers ?? [], previous.finalizers ?? [], `${field}.finalizers`));
  }
  if (!next.resourceVersion) {
    errors.push(invalid(`${field}.resourceVersion`, '', 'must be specified for an update'));
  }
  if ((next.generation ?? 0) < (previous.generation ?? 0)) {
    errors.push(invalid(`${field}.generation`, next.generation ?? 0, 'must not be decremented'));
  }
  return [
    ...errors,
    ...unchanged(`${field}.name`, next.name ?? '', previous.name ?? '', next.name ?? ''),
    ...unchanged(`${field}.namespace`, next.namespace ?? '', previous.namespace ?? '', next.namespace ?? ''),
    ...unchanged(`${field}.uid`, next.uid ?? '', previous.uid ?? '', json(next.uid ?? '')),
    ...unchanged(
      `${field}.creationTimestamp`,
      next.creationTimestamp,
      previous.creationTimestamp,
      json(next.creationTimestamp),
    ),
    ...unchanged(
      `${field}.deletionTimestamp`,
      next.deletionTimestamp,
      previous.deletionTimestamp,
      json(next.deletionTimestamp),
    ),
    ...unchanged(
      `${field}.deletionGracePeriodSeconds`,
      next.deletionGracePeriodSeconds,
      previous.deletionGracePeriodSeconds,
      json(next.deletionGracePeriodSeconds),
    ),
    ...validateLabels(next.labels, `${field}.labels`),
    ...validateAnnotations(next.annotations, `${field}.annotations`),
    ...validateOwnerReferences(next.ownerReferences ?? [], `${field}.ownerReferences`),
    ...validateManagedFields(next.managedFields, `${field}.managedFields`),
  ];
}

/** The metadata rules a built-in kind applies on update. */
export function validateObjectMetaUpdate(next: ObjectMeta, previous: ObjectMeta, field = metadataField): FieldError[] {
  return [
    ...validateGenericMetaUpdate(next, previous, field),
    ...validateFinalizerNames(next.finalizers ?? [], `${field}.finalizers`),
  ];
}

/** What the generic layer checks on every update before the kind is asked (V16). */
export function validateCommonUpdate(next: ObjectMeta, previous: ObjectMeta, namespaced: boolean): FieldError[] {
  return [...validateGenericMeta(next, namespaced), ...validateGenericMetaUpdate(next, previous)];
}

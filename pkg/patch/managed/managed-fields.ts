/** `metadata.managedFields` as a working value: one owner per identity, each with a field set (M35). */
import type { FieldSet } from '../fields/field-set.ts';
import { FieldsV1Reader, formatFieldsV1 } from '../fields/fields-v1.ts';
import { compareBytes } from '../json/byte-order.ts';
import { isList, isObject, own, stringAt, type JsonObject } from '../json/json-object.ts';
import { managerKey, type ManagerId } from './manager-id.ts';

export interface Owner {
  readonly id: ManagerId;
  readonly fields: FieldSet;
  readonly time: string | undefined;
  /** Where the set was read from; written again as it is while `fields` is still the same. */
  readonly source?: { readonly fields: FieldSet; readonly json: JsonObject };
}

export type ManagedFields = ReadonlyMap<string, Owner>;

export const nobody: ManagedFields = new Map();

/** An entry of managedFields that cannot be read. */
export class ManagedFieldsError extends Error {}

/** Reads the entries. Throws ManagedFieldsError; absent is empty. */
export function parseManagedFields(entries: unknown): ManagedFields {
  if (!isList(entries)) return nobody;
  const owners = new Map<string, Owner>();
  for (const [index, entry] of entries.entries()) {
    const owner = parseEntry(isObject(entry) ? entry : {}, index);
    owners.set(managerKey(owner.id), owner);
  }
  return owners;
}

function parseEntry(entry: JsonObject, index: number): Owner {
  const operation = stringAt(entry, 'operation');
  if (operation !== 'Apply' && operation !== 'Update') {
    throw new ManagedFieldsError('operation must be `Apply` or `Update`');
  }
  const apiVersion = stringAt(entry, 'apiVersion');
  if (apiVersion === '') throw new ManagedFieldsError('apiVersion must not be empty');
  checkFieldsType(stringAt(entry, 'fieldsType'), index);
  const id: ManagerId = {
    manager: stringAt(entry, 'manager'),
    operation,
    apiVersion,
    subresource: stringAt(entry, 'subresource'),
  };
  const time = own(entry, 'time');
  return { id, ...readFields(own(entry, 'fieldsV1')), time: typeof time === 'string' ? time : undefined };
}

function checkFieldsType(fieldsType: string, index: number): void {
  if (fieldsType === 'FieldsV1') return;
  throw new ManagedFieldsError(
    fieldsType === ''
      ? `missing fieldsType in managed fields entry ${index}`
      : `invalid fieldsType ${JSON.stringify(fieldsType)} in managed fields entry ${index}`,
  );
}

function readFields(json: unknown): Pick<Owner, 'fields' | 'source'> {
  const reader = new FieldsV1Reader();
  try {
    const fields = reader.read(json);
    return reader.isCanonical && isObject(json) ? { fields, source: { fields, json } } : { fields };
  } catch (error) {
    throw new ManagedFieldsError('error decoding set', { cause: error });
  }
}

/** The entries, sorted by operation, second, manager, version and subresource; `undefined` when nobody owns anything. */
export function formatManagedFields(owners: ManagedFields): readonly JsonObject[] | undefined {
  if (owners.size === 0) return undefined;
  return [...owners.values()].sort(compareOwners).map(formatOwner);
}

function formatOwner({ id, fields, time, source }: Owner): JsonObject {
  return {
    ...(id.manager === '' ? {} : { manager: id.manager }),
    operation: id.operation,
    apiVersion: id.apiVersion,
    ...(time === undefined ? {} : { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: source?.fields === fields ? source.json : formatFieldsV1(fields),
    ...(id.subresource === '' ? {} : { subresource: id.subresource }),
  };
}

function compareOwners(left: Owner, right: Owner): number {
  return (
    compareBytes(left.id.operation, right.id.operation) ||
    seconds(left) - seconds(right) ||
    compareBytes(left.id.manager, right.id.manager) ||
    compareBytes(left.id.apiVersion, right.id.apiVersion) ||
    compareBytes(left.id.subresource, right.id.subresource)
  );
}

/** Seconds since the epoch of an owner's time; an unset or unreadable one is the oldest. */
export function seconds({ time }: Owner): number {
  const milliseconds = time === undefined ? 0 : Date.parse(time);
  return Number.isNaN(milliseconds) ? 0 : Math.floor(milliseconds / 1000);
}

/** O44–O46: IPAddress. Its name is the address; whom it belongs to is fixed. */
import type { FieldError } from '../../api/field-error.ts';
import type { IPAddress } from '../../api/types.ts';
import { sameValue } from '../equal.ts';
import { invalid, invalidEach, json, required } from '../errors.ts';
import { dnsSubdomainProblems } from '../formats/dns.ts';
import { strictIpErrors } from '../formats/ips.ts';
import { pathSegmentProblems } from '../formats/paths.ts';
import type { Loose } from '../loose.ts';
import type { NameRule } from '../metadata/names.ts';
import { immutable, validateObjectMeta, validateObjectMetaUpdate } from '../metadata/object-meta.ts';

type ParentRef = NonNullable<IPAddress['spec']>['parentRef'];
const parentField = 'spec.parentRef';

/** generateName is taken as the name itself. The value is shown by whoever reports the sentence. */
const addressName: NameRule = (name) =>
  strictIpErrors('', name).map(({ message }) => message.slice(message.indexOf('": ') + 3));

export function validateIpAddress(object: IPAddress): FieldError[] {
  return [...validateObjectMeta(object.metadata, false, addressName), ...validateParent(object.spec?.parentRef)];
}

function validateParent(parent: Loose<ParentRef> | undefined): FieldError[] {
  if (parent === undefined) return [required(parentField)];
  const { group = '', resource = '', name = '', namespace = '' } = parent;
  const segment = (field: string, value: string): FieldError[] =>
    invalidEach(`${parentField}.${field}`, value, pathSegmentProblems(value));
  return [
    ...(group === '' ? [] : invalidEach(`${parentField}.group`, group, dnsSubdomainProblems(group))),
    ...(resource === '' ? [required(`${parentField}.resource`)] : segment('resource', resource)),
    ...(name === '' ? [required(`${parentField}.name`)] : segment('name', name)),
    ...(namespace === '' ? [] : segment('namespace', namespace)),
  ];
}

/** In Go's field names and order (O46). */
const shown = (parent: ParentRef | undefined): unknown =>
  parent === undefined
    ? null
    : {
        Group: parent.group ?? '',
        Resource: parent.resource ?? '',
        Namespace: parent.namespace ?? '',
        Name: parent.name ?? '',
      };

export function validateIpAddressUpdate(next: IPAddress, previous: IPAddress): FieldError[] {
  const parent = shown(next.spec?.parentRef);
  return [
    ...validateIpAddress(next),
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...(sameValue(parent, shown(previous.spec?.parentRef)) ? [] : [invalid(parentField, json(parent), immutable)]),
  ];
}

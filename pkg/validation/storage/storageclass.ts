/** StorageClasses. Nothing about how volumes are made can be changed. */
import type { FieldError } from '../../api/field-error.ts';
import type { StorageClass } from '../../api/workloads.ts';
import { sameValue } from '../equal.ts';
import { invalid, invalidEach, json, notSupported, required, tooLong } from '../errors.ts';
import { labelKeyProblems } from '../formats/labels.ts';
import { byteLength } from '../formats/text.ts';
import { entriesOf } from '../metadata/labels.ts';
import { subdomainName } from '../metadata/names.ts';
import { immutable, validateObjectMeta, validateObjectMetaUpdate } from '../metadata/object-meta.ts';

const most = { parameters: 512, bytes: 256 * 1024 };
const reclaimPolicies = ['Delete', 'Retain'];
const bindingModes = ['Immediate', 'WaitForFirstConsumer'];

export function validateStorageClass(object: StorageClass): FieldError[] {
  const { provisioner = '', reclaimPolicy = '', volumeBindingMode } = object as Partial<StorageClass>;
  return [
    ...validateObjectMeta(object.metadata, false, subdomainName),
    ...(provisioner === ''
      ? [required('provisioner')]
      : invalidEach('provisioner', provisioner.toLowerCase(), labelKeyProblems(provisioner.toLowerCase()))),
    ...validateParameters(object),
    ...(reclaimPolicy === '' || reclaimPolicies.includes(reclaimPolicy)
      ? []
      : [notSupported('reclaimPolicy', json(reclaimPolicy), reclaimPolicies)]),
    ...validateBindingMode(volumeBindingMode),
  ];
}

function validateBindingMode(mode: string | undefined): FieldError[] {
  if (mode === undefined) return [required('volumeBindingMode')];
  return bindingModes.includes(mode) ? [] : [notSupported('volumeBindingMode', json(mode), bindingModes)];
}

function validateParameters({ parameters }: StorageClass): FieldError[] {
  const entries = entriesOf(parameters);
  if (entries.length > most.parameters) return [tooLong('parameters', most.parameters)];
  const bytes = entries.reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);
  return [
    ...entries.flatMap(([key]) => (key === '' ? [invalid('parameters', key, 'field can not be empty.')] : [])),
    ...(bytes > most.bytes ? [tooLong('parameters', most.bytes)] : []),
  ];
}

export const validateStorageClassUpdate = (next: StorageClass, previous: StorageClass): FieldError[] => [
  ...validateStorageClass(next),
  ...validateObjectMetaUpdate(next.metadata, previous.metadata),
  ...(['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'] as const).flatMap((name) =>
    sameValue(next[name], previous[name]) ? [] : [invalid(name, json(next[name]), immutable)],
  ),
];

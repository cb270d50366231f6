/** PersistentVolumes. Of the many sources the common ones are looked into. */
import type { FieldError } from '../../api/field-error.ts';
import type { PersistentVolume } from '../../api/workloads.ts';
import { sameValue } from '../equal.ts';
import { forbidden, invalid, invalidEach, json, notSupported, required } from '../errors.ts';
import { dnsSubdomainProblems } from '../formats/dns.ts';
import { parseQuantity } from '../formats/quantity.ts';
import type { Loose } from '../loose.ts';
import { entriesOf, hasKey } from '../metadata/labels.ts';
import { subdomainName } from '../metadata/names.ts';
import { immutable, notNegative, validateObjectMeta, validateObjectMetaUpdate } from '../metadata/object-meta.ts';
import { validateAccessModes, validateVolumeMode } from './persistentvolumeclaim.ts';
import { validateNodeSelector } from './pod/affinity.ts';
import { validateVolumeSource } from './pod/volume-sources.ts';

type Spec = Loose<NonNullable<PersistentVolume['spec']>>;

const reclaimPolicies = ['Delete', 'Recycle', 'Retain'];
/** In upstream's order, in which the first one counts. */
const sources = [
  'hostPath',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'flocker',
  'nfs',
  'rbd',
  'quobyte',
  'cephfs',
  'iscsi',
  'cinder',
  'fc',
  'flexVolume',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'scaleIO',
  'local',
  'storageos',
  'csi',
];

export function validatePersistentVolume(object: PersistentVolume): FieldError[] {
  const spec: Spec = object.spec ?? {};
  const { accessModes = [], persistentVolumeReclaimPolicy: reclaim = '', storageClassName = '', volumeMode } = spec;
  return [
    ...validateObjectMeta(object.metadata, false, subdomainName),
    ...(accessModes.length === 0 ? [required('spec.accessModes')] : []),
    ...validateAccessModes(accessModes, 'spec.accessModes'),
    ...validateCapacity(spec, 'spec.capacity'),
    ...(reclaim === '' || reclaimPolicies.includes(reclaim)
      ? []
      : [notSupported('spec.persistentVolumeReclaimPolicy', json(reclaim), reclaimPolicies)]),
    ...validateNodes(spec),
    ...validateSource(spec),
    ...(storageClassName === ''
      ? []
      : invalidEach('spec.storageClassName', storageClassName, dnsSubdomainProblems(storageClassName))),
    ...validateVolumeMode(volumeMode, 'spec.volumeMode'),
  ];
}

function validateCapacity({ capacity }: Spec, field: string): FieldError[] {
  const entries = entriesOf(capacity);
  const errors = entries.length === 0 ? [required(field)] : [];
  if (!hasKey(capacity, 'storage') || entries.length > 1) {
    errors.push(notSupported(field, json(capacity && Object.fromEntries(entries)), ['storage']));
  }
  return errors.concat(
    entries.flatMap(([name, amount]) => {
      const value = parseQuantity(amount) ?? 1n;
      const at = `${field}[${name}]`;
      return [
        ...(value < 0n ? [invalid(at, amount, notNegative)] : []),
        ...(value <= 0n ? [invalid(at, amount, 'must be greater than zero')] : []),
      ];
    }),
  );
}

function validateNodes({ nodeAffinity }: Spec): FieldError[] {
  if (nodeAffinity === undefined) return [];
  const field = 'spec.nodeAffinity.required';
  return nodeAffinity.required === undefined
    ? [required(field, 'must specify required node constraints')]
    : validateNodeSelector(nodeAffinity.required, field);
}

const given = (spec: Spec): string[] => sources.filter((key) => Object.hasOwn(spec, key));

function validateSource(spec: Spec): FieldError[] {
  const [first, ...others] = given(spec);
  if (first === undefined) return [required('spec', 'must specify a volume type')];
  const { hostPath, nfs, csi, local, nodeAffinity } = spec;
  const errors =
    first === 'hostPath'
      ? validateVolumeSource({ ...(hostPath && { hostPath }) }, 'hostPath', 'spec.hostPath')
      : first === 'nfs'
        ? validateVolumeSource({ ...(nfs && { nfs }) }, 'nfs', 'spec.nfs')
        : [];
  if (csi && first === 'csi') {
    if (!csi.driver) errors.push(required('spec.csi.driver'));
    if (!csi.volumeHandle) errors.push(required('spec.csi.volumeHandle'));
  }
  if (local && first === 'local') {
    if (!local.path) errors.push(required('spec.local.path'));
    if (nodeAffinity === undefined) {
      errors.push(required('spec.nodeAffinity', 'Local volume requires node affinity'));
    }
  }
  return errors.concat(others.map((key) => forbidden(`spec.${key}`, 'may not specify more than 1 volume type')));
}

export function validatePersistentVolumeUpdate(next: PersistentVolume, previous: PersistentVolume): FieldError[] {
  const after: Spec = next.spec ?? {};
  const before: Spec = previous.spec ?? {};
  const part = (spec: Spec): object =>
    Object.fromEntries(Object.entries(spec).filter(([key]) => sources.includes(key)));
  return [
    // Looked at twice, as upstream does.
    ...validatePersistentVolume(next),
    ...validatePersistentVolume(next),
    // Upstream adds a diff of Go structs.
    ...(sameValue(part(after), part(before))
      ? []
      : [forbidden('spec.persistentvolumesource', 'spec.persistentvolumesource is immutable after creation\n')]),
    ...(after.volumeMode === before.volumeMode ? [] : [invalid('volumeMode', json(after.volumeMode), immutable)]),
  ];
}

export const validatePersistentVolumeStatusUpdate = (
  next: PersistentVolume,
  previous: PersistentVolume,
): FieldError[] => validateObjectMetaUpdate(next.metadata, previous.metadata);

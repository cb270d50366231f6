/** PersistentVolumeClaims: where the data comes from is said in two fields that agree. */
import type { PersistentVolumeClaim } from '../api/workloads.ts';
import { fill, fillZero, inside } from './fill.ts';
import { keepSpec, keepStatus } from './strategy.ts';

type Spec = NonNullable<PersistentVolumeClaim['spec']>;

export function defaultPersistentVolumeClaim(object: PersistentVolumeClaim): PersistentVolumeClaim {
  const spec = fill(object.spec ?? {}, { volumeMode: 'Filesystem' });
  const status = fillZero(object.status ?? {}, { phase: 'Pending' });
  return spec === object.spec && status === object.status ? object : { ...object, spec, status };
}

export const preparePersistentVolumeClaimForCreate = (object: PersistentVolumeClaim): PersistentVolumeClaim =>
  inside({ ...object, status: { phase: 'Pending' } }, 'spec', normalizeSource);

export const preparePersistentVolumeClaimForUpdate = (
  next: PersistentVolumeClaim,
  previous: PersistentVolumeClaim,
): PersistentVolumeClaim => inside(keepStatus(next, previous), 'spec', normalizeSource);

export const preparePersistentVolumeClaimStatusUpdate = (
  next: PersistentVolumeClaim,
  previous: PersistentVolumeClaim,
): PersistentVolumeClaim => keepSpec(next, previous);

function normalizeSource(spec: Spec): Spec {
  const { dataSource, dataSourceRef } = spec;
  if (dataSourceRef?.namespace) return spec;
  if (dataSource !== undefined && dataSourceRef === undefined) return { ...spec, dataSourceRef: { ...dataSource } };
  if (dataSource !== undefined || dataSourceRef === undefined) return spec;
  return { ...spec, dataSource: { ...dataSourceRef } };
}

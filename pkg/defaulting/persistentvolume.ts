/** PersistentVolumes. */
import type { PersistentVolume } from '../api/workloads.ts';
import { fill, fillZero } from './fill.ts';
import { defaultVolume } from './volume.ts';

export function defaultPersistentVolume(object: PersistentVolume): PersistentVolume {
  const filled = fillZero(object.spec ?? {}, { persistentVolumeReclaimPolicy: 'Retain' });
  let spec = fill(filled, { volumeMode: 'Filesystem' });
  if (spec.hostPath !== undefined) {
    const { hostPath } = defaultVolume({ name: '', hostPath: spec.hostPath });
    if (hostPath !== undefined && hostPath !== spec.hostPath) spec = { ...spec, hostPath };
  }
  const status = fillZero(object.status ?? {}, { phase: 'Pending' });
  return spec === object.spec && status === object.status ? object : { ...object, spec, status };
}

/** A volume starts as one nobody has looked at; its first phase is as old as itself. */
export function preparePersistentVolumeForCreate(object: PersistentVolume): PersistentVolume {
  const { creationTimestamp } = object.metadata;
  const since = creationTimestamp === undefined ? {} : { lastPhaseTransitionTime: creationTimestamp };
  return { ...object, status: { phase: 'Pending', ...since } };
}

/** Volumes and claims start with the finalizer that keeps them while they are in use. */
import type { AdmissionPlugin } from './admission.ts';

const finalizers = new Map([
  ['PersistentVolume', 'kubernetes.io/pv-protection'],
  ['PersistentVolumeClaim', 'kubernetes.io/pvc-protection'],
]);

export const storageProtection: AdmissionPlugin = {
  name: 'StorageObjectInUseProtection',
  mutate({ scope, operation, object }) {
    const finalizer = scope.resource.group === '' ? finalizers.get(scope.resource.kind) : undefined;
    if (operation !== 'CREATE' || finalizer === undefined) return;
    const given = object.metadata.finalizers ?? [];
    if (!given.includes(finalizer)) object.metadata.finalizers = [...given, finalizer];
  },
};

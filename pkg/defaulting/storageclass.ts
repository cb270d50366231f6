/** StorageClasses. */
import type { StorageClass } from '../api/workloads.ts';
import { fill } from './fill.ts';

export const defaultStorageClass = (object: StorageClass): StorageClass =>
  fill(object, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' });

/**
 * M38: which fields an endpoint does not write, and therefore does not track. The main resource leaves `status` alone,
 * `/status` leaves `spec` alone; a few kinds reset more.
 */
import { fieldSet, noFields, type FieldSet } from '../fields/field-set.ts';

const status = fieldSet(['status']);
const spec = fieldSet(['spec']);
const allButStatus = fieldSet(['metadata'], ['spec']);

/** Kinds with a status of their own, by group and kind, and what their `/status` does not write. */
const statusEndpoints: ReadonlyMap<string, FieldSet> = new Map([
  ['/Service', spec],
  ['/Node', spec],
  ['/Namespace', spec],
  ['/Pod', fieldSet(['spec'], ['metadata', 'deletionTimestamp'], ['metadata', 'ownerReferences'])],
  ['/PersistentVolume', spec],
  ['/PersistentVolumeClaim', spec],
  ['/ReplicationController', spec],
  ['/ResourceQuota', spec],
  ['apiextensions.k8s.io/CustomResourceDefinition', spec],
  ['apps/DaemonSet', spec],
  ['apps/Deployment', fieldSet(['spec'], ['metadata', 'labels'])],
  ['apps/ReplicaSet', spec],
  ['apps/StatefulSet', spec],
  ['autoscaling/HorizontalPodAutoscaler', spec],
  ['batch/CronJob', spec],
  ['batch/Job', spec],
  ['networking.k8s.io/Ingress', spec],
  ['policy/PodDisruptionBudget', spec],
  ['networking.k8s.io/ServiceCIDR', allButStatus],
]);

/** What `subresource` (`''` for the main one) of a built-in kind resets. */
export function resetFieldsOf(apiVersion: string, kind: string, subresource: string): FieldSet {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const onStatus = statusEndpoints.get(`${group}/${kind}`);
  if (onStatus === undefined) return noFields;
  return subresource === 'status' ? onStatus : status;
}

/** The same for a custom resource, which has a status endpoint only if its definition says so. */
export function customResetFields(hasStatus: boolean, subresource: string): FieldSet {
  if (!hasStatus) return noFields;
  return subresource === 'status' ? allButStatus : status;
}

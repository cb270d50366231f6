/** Wire types of the kinds around Services: workloads, policies, storage, access. */
import type {
  V1ClusterRole,
  V1ClusterRoleBinding,
  V1ControllerRevision,
  V1CronJob,
  V1DaemonSet,
  V1Deployment,
  V1Ingress,
  V1IngressClass,
  V1Job,
  V1LimitRange,
  V1LimitRangeItem,
  V1NetworkPolicy,
  V1NetworkPolicyPeer,
  V1NetworkPolicyPort,
  V1NetworkPolicySpec,
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1PodDisruptionBudget,
  V1PodTemplate,
  V1PodTemplateSpec,
  V1PriorityClass,
  V1ReplicaSet,
  V1ReplicationController,
  V1ResourceQuota,
  V1Role,
  V1RoleBinding,
  V1StatefulSet,
  V1StorageClass,
  V2HorizontalPodAutoscaler,
} from '@kubernetes/client-node';
import type { Kind, Wire } from './types.ts';

export type PodTemplateSpec = Wire<V1PodTemplateSpec>;
export type PodTemplate = Kind<V1PodTemplate>;
export type ReplicationController = Kind<V1ReplicationController>;
export type ReplicaSet = Kind<V1ReplicaSet>;
export type Deployment = Kind<V1Deployment>;
export type StatefulSet = Kind<V1StatefulSet>;
export type DaemonSet = Kind<V1DaemonSet>;
export type ControllerRevision = Kind<V1ControllerRevision>;
export type Job = Kind<V1Job>;
export type CronJob = Kind<V1CronJob>;
export type Ingress = Kind<V1Ingress>;
export type IngressClass = Kind<V1IngressClass>;
export type PodDisruptionBudget = Kind<V1PodDisruptionBudget>;
export type HorizontalPodAutoscaler = Kind<V2HorizontalPodAutoscaler>;
export type PersistentVolume = Kind<V1PersistentVolume>;
export type PersistentVolumeClaim = Kind<V1PersistentVolumeClaim>;
export type StorageClass = Kind<V1StorageClass>;
export type PriorityClass = Kind<V1PriorityClass>;
export type ResourceQuota = Kind<V1ResourceQuota>;
export type Role = Kind<V1Role>;
export type ClusterRole = Kind<V1ClusterRole>;
export type RoleBinding = Kind<V1RoleBinding>;
export type ClusterRoleBinding = Kind<V1ClusterRoleBinding>;

/** The generated classes rename `from` and `default`, words of their language. The wire does not. */
export type NetworkPolicyPeer = Wire<V1NetworkPolicyPeer>;
export type NetworkPolicyPort = Wire<V1NetworkPolicyPort>;
export type NetworkPolicySpec = Omit<Wire<V1NetworkPolicySpec>, 'ingress'> & {
  ingress?: { from?: NetworkPolicyPeer[]; ports?: NetworkPolicyPort[] }[];
};
export type NetworkPolicy = Omit<Kind<V1NetworkPolicy>, 'spec'> & { spec?: NetworkPolicySpec };

export type LimitRangeItem = Omit<Wire<V1LimitRangeItem>, '_default'> & { default?: Record<string, string> };
export type LimitRange = Omit<Kind<V1LimitRange>, 'spec'> & { spec?: { limits: LimitRangeItem[] } };

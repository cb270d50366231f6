/**
 * Kubernetes wire types. The shapes come from @kubernetes/client-node (types only, nothing is loaded); times are
 * RFC 3339 strings, as they are on the wire, where the generated classes would say `Date` (DC5).
 */
import type {
  CoreV1Event,
  V1ConfigMap,
  V1Endpoints,
  V1Container,
  V1DaemonSet,
  V1Deployment,
  V1EndpointAddress,
  V1EndpointSlice,
  V1EndpointSubset,
  V1Endpoint,
  V1IPAddress,
  V1Job,
  V1Lease,
  V1Namespace,
  V1Node,
  V1ObjectMeta,
  V1ObjectReference,
  V1OwnerReference,
  V1Pod,
  V1PodTemplateSpec,
  V1ReplicaSet,
  V1Secret,
  V1Service,
  V1ServiceAccount,
  V1ServiceCIDR,
  V1ServicePort,
  V1StatefulSet,
  DiscoveryV1EndpointPort,
} from '@kubernetes/client-node';

/** A client-node model as it travels: dates become strings, everything else stays. */
export type Wire<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? Wire<Item>[]
    : T extends object
      ? { [K in keyof T]: Wire<T[K]> }
      : T;

/** Identity of a kind on the wire, with the two fields always present. */
export type Kind<T> = Wire<T> & { metadata: ObjectMeta };

export type ObjectMeta = Wire<V1ObjectMeta>;
export type OwnerReference = Wire<V1OwnerReference>;
export type ObjectReference = Wire<V1ObjectReference>;

export type Service = Kind<V1Service>;
export type ServicePort = Wire<V1ServicePort>;
export type Pod = Kind<V1Pod>;
export type Node = Kind<V1Node>;
export type Namespace = Kind<V1Namespace>;
export type Endpoints = Kind<V1Endpoints>;
export type EndpointSubset = Wire<V1EndpointSubset>;
export type EndpointAddress = Wire<V1EndpointAddress>;
export type EndpointSlice = Kind<V1EndpointSlice>;
export type Endpoint = Wire<V1Endpoint>;
export type EndpointPort = Wire<DiscoveryV1EndpointPort>;
export type ConfigMap = Kind<V1ConfigMap>;
export type Secret = Kind<V1Secret>;
export type ServiceAccount = Kind<V1ServiceAccount>;
export type ServiceCIDR = Kind<V1ServiceCIDR>;
export type IPAddress = Kind<V1IPAddress>;
export type Lease = Kind<V1Lease>;
export type Event = Kind<CoreV1Event>;

export type Deployment = Kind<V1Deployment>;
export type ReplicaSet = Kind<V1ReplicaSet>;
export type StatefulSet = Kind<V1StatefulSet>;
export type DaemonSet = Kind<V1DaemonSet>;
export type Job = Kind<V1Job>;
export type PodTemplate = Wire<V1PodTemplateSpec>;
export type Container = Wire<V1Container>;

/** Any API object, of a kind known only at run time. */
export interface KubeObject {
  apiVersion?: string;
  kind?: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

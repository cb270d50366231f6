/** Hooks of traffic, access, storage and limits around workloads. */
import type {
  ClusterRoleBinding,
  HorizontalPodAutoscaler,
  Ingress,
  IngressClass,
  LimitRange,
  NetworkPolicy,
  PersistentVolume,
  PersistentVolumeClaim,
  PodDisruptionBudget,
  PriorityClass,
  ResourceQuota,
  RoleBinding,
  StorageClass,
} from '../api/workloads.ts';
import type { AdmissionPolicy, AdmissionPolicyBinding, WebhookConfiguration } from '../api/admission.ts';
import {
  defaultAdmissionPolicy,
  defaultAdmissionPolicyBinding,
  defaultMutatingWebhooks,
  defaultValidatingWebhooks,
} from './admission.ts';
import { defaultHorizontalPodAutoscaler } from './horizontalpodautoscaler.ts';
import { defaultIngressClass } from './ingressclass.ts';
import { defaultLimitRange, prepareLimitRangeForCreate } from './limitrange.ts';
import { defaultNetworkPolicy } from './networkpolicy.ts';
import { defaultPersistentVolume, preparePersistentVolumeForCreate } from './persistentvolume.ts';
import {
  defaultPersistentVolumeClaim,
  preparePersistentVolumeClaimForCreate,
  preparePersistentVolumeClaimForUpdate,
  preparePersistentVolumeClaimStatusUpdate,
} from './persistentvolumeclaim.ts';
import { defaultPriorityClass } from './priorityclass.ts';
import { defaultBinding } from './rbac.ts';
import { defaultStorageClass } from './storageclass.ts';
import { type Strategy, strategy } from './strategy.ts';
import { specAndStatus } from './workload.ts';

export const policyStrategies: readonly (readonly [string, Strategy])[] = [
  ['networking.k8s.io/Ingress', strategy<Ingress>(specAndStatus())],
  ['networking.k8s.io/IngressClass', strategy<IngressClass>({ default: defaultIngressClass })],
  ['networking.k8s.io/NetworkPolicy', strategy<NetworkPolicy>({ default: defaultNetworkPolicy })],
  ['policy/PodDisruptionBudget', strategy<PodDisruptionBudget>(specAndStatus())],
  [
    'autoscaling/HorizontalPodAutoscaler',
    strategy<HorizontalPodAutoscaler>({ default: defaultHorizontalPodAutoscaler, ...specAndStatus() }),
  ],
  ['rbac.authorization.k8s.io/RoleBinding', strategy<RoleBinding>({ default: defaultBinding })],
  ['rbac.authorization.k8s.io/ClusterRoleBinding', strategy<ClusterRoleBinding>({ default: defaultBinding })],
  [
    '/PersistentVolume',
    strategy<PersistentVolume>({
      ...specAndStatus(),
      default: defaultPersistentVolume,
      prepareCreate: preparePersistentVolumeForCreate,
    }),
  ],
  [
    '/PersistentVolumeClaim',
    strategy<PersistentVolumeClaim>({
      default: defaultPersistentVolumeClaim,
      prepareCreate: preparePersistentVolumeClaimForCreate,
      prepareUpdate: preparePersistentVolumeClaimForUpdate,
      subresources: { status: preparePersistentVolumeClaimStatusUpdate },
    }),
  ],
  ['storage.k8s.io/StorageClass', strategy<StorageClass>({ default: defaultStorageClass })],
  ['scheduling.k8s.io/PriorityClass', strategy<PriorityClass>({ default: defaultPriorityClass })],
  ['/LimitRange', strategy<LimitRange>({ default: defaultLimitRange, prepareCreate: prepareLimitRangeForCreate })],
  ['/ResourceQuota', strategy<ResourceQuota>(specAndStatus())],
  [
    'admissionregistration.k8s.io/MutatingWebhookConfiguration',
    strategy<WebhookConfiguration>({ default: defaultMutatingWebhooks }),
  ],
  [
    'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
    strategy<WebhookConfiguration>({ default: defaultValidatingWebhooks }),
  ],
  [
    'admissionregistration.k8s.io/ValidatingAdmissionPolicy',
    strategy<AdmissionPolicy>({ ...specAndStatus(), default: defaultAdmissionPolicy }),
  ],
  [
    'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding',
    strategy<AdmissionPolicyBinding>({ default: defaultAdmissionPolicyBinding }),
  ],
];

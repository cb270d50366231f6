/** Traffic, access, storage and limits around workloads. */
import type {
  ClusterRole,
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
  Role,
  RoleBinding,
  StorageClass,
} from '../api/workloads.ts';
import type { AdmissionPolicy, AdmissionPolicyBinding, WebhookConfiguration } from '../api/admission.ts';
import { validateAdmissionPolicyBinding } from './admission/binding.ts';
import {
  validateAdmissionPolicy,
  validateAdmissionPolicyStatus,
  validateAdmissionPolicyUpdate,
} from './admission/policy.ts';
import { validateWebhooks, validateWebhooksUpdate } from './admission/webhooks.ts';
import {
  validateHorizontalPodAutoscaler,
  validateHorizontalPodAutoscalerStatusUpdate,
  validateHorizontalPodAutoscalerUpdate,
} from './autoscaling/horizontalpodautoscaler.ts';
import { validateLimitRange } from './core/limitrange.ts';
import {
  validatePersistentVolume,
  validatePersistentVolumeStatusUpdate,
  validatePersistentVolumeUpdate,
} from './core/persistentvolume.ts';
import {
  validatePersistentVolumeClaim,
  validatePersistentVolumeClaimStatusUpdate,
  validatePersistentVolumeClaimUpdate,
} from './core/persistentvolumeclaim.ts';
import {
  validateResourceQuota,
  validateResourceQuotaStatusUpdate,
  validateResourceQuotaUpdate,
} from './core/resourcequota.ts';
import {
  ingressStatusWarnings,
  ingressWarnings,
  validateIngress,
  validateIngressStatusUpdate,
  validateIngressUpdate,
} from './networking/ingress.ts';
import { validateIngressClass, validateIngressClassUpdate } from './networking/ingressclass.ts';
import {
  networkPolicyWarnings,
  validateNetworkPolicy,
  validateNetworkPolicyUpdate,
} from './networking/networkpolicy.ts';
import { validatePodDisruptionBudget, validatePodDisruptionBudgetStatus } from './policy/poddisruptionbudget.ts';
import {
  validateClusterRoleBinding,
  validateClusterRoleBindingUpdate,
  validateRoleBinding,
  validateRoleBindingUpdate,
} from './rbac/bindings.ts';
import { validateClusterRole, validateClusterRoleUpdate, validateRole, validateRoleUpdate } from './rbac/roles.ts';
import { type KindRules, rules } from './rules.ts';
import { validatePriorityClass, validatePriorityClassUpdate } from './scheduling/priorityclass.ts';
import { validateStorageClass, validateStorageClassUpdate } from './storage/storageclass.ts';

const webhookRules = rules<WebhookConfiguration>({
  namespaced: false,
  create: validateWebhooks,
  update: validateWebhooksUpdate,
});

/** `group/Kind` → rules. */
export const policyRules: readonly [string, KindRules][] = [
  [
    'networking.k8s.io/Ingress',
    rules<Ingress>({
      namespaced: true,
      create: validateIngress,
      update: validateIngressUpdate,
      subresources: { status: validateIngressStatusUpdate },
      warnings: ingressWarnings,
      statusWarnings: ingressStatusWarnings,
    }),
  ],
  [
    'networking.k8s.io/IngressClass',
    rules<IngressClass>({ namespaced: false, create: validateIngressClass, update: validateIngressClassUpdate }),
  ],
  [
    'networking.k8s.io/NetworkPolicy',
    rules<NetworkPolicy>({
      namespaced: true,
      create: validateNetworkPolicy,
      update: validateNetworkPolicyUpdate,
      warnings: networkPolicyWarnings,
    }),
  ],
  [
    'policy/PodDisruptionBudget',
    rules<PodDisruptionBudget>({
      namespaced: true,
      create: validatePodDisruptionBudget,
      update: validatePodDisruptionBudget,
      subresources: { status: validatePodDisruptionBudgetStatus },
    }),
  ],
  [
    'autoscaling/HorizontalPodAutoscaler',
    rules<HorizontalPodAutoscaler>({
      namespaced: true,
      create: validateHorizontalPodAutoscaler,
      update: validateHorizontalPodAutoscalerUpdate,
      subresources: { status: validateHorizontalPodAutoscalerStatusUpdate },
    }),
  ],
  [
    'rbac.authorization.k8s.io/Role',
    rules<Role>({ namespaced: true, create: validateRole, update: validateRoleUpdate }),
  ],
  [
    'rbac.authorization.k8s.io/ClusterRole',
    rules<ClusterRole>({ namespaced: false, create: validateClusterRole, update: validateClusterRoleUpdate }),
  ],
  [
    'rbac.authorization.k8s.io/RoleBinding',
    rules<RoleBinding>({ namespaced: true, create: validateRoleBinding, update: validateRoleBindingUpdate }),
  ],
  [
    'rbac.authorization.k8s.io/ClusterRoleBinding',
    rules<ClusterRoleBinding>({
      namespaced: false,
      create: validateClusterRoleBinding,
      update: validateClusterRoleBindingUpdate,
    }),
  ],
  [
    '/PersistentVolume',
    rules<PersistentVolume>({
      namespaced: false,
      create: validatePersistentVolume,
      update: validatePersistentVolumeUpdate,
      subresources: { status: validatePersistentVolumeStatusUpdate },
    }),
  ],
  [
    '/PersistentVolumeClaim',
    rules<PersistentVolumeClaim>({
      namespaced: true,
      create: validatePersistentVolumeClaim,
      update: validatePersistentVolumeClaimUpdate,
      subresources: { status: validatePersistentVolumeClaimStatusUpdate },
    }),
  ],
  [
    'storage.k8s.io/StorageClass',
    rules<StorageClass>({ namespaced: false, create: validateStorageClass, update: validateStorageClassUpdate }),
  ],
  [
    'scheduling.k8s.io/PriorityClass',
    rules<PriorityClass>({ namespaced: false, create: validatePriorityClass, update: validatePriorityClassUpdate }),
  ],
  ['/LimitRange', rules<LimitRange>({ namespaced: true, create: validateLimitRange, update: validateLimitRange })],
  [
    '/ResourceQuota',
    rules<ResourceQuota>({
      namespaced: true,
      create: validateResourceQuota,
      update: validateResourceQuotaUpdate,
      subresources: { status: validateResourceQuotaStatusUpdate },
    }),
  ],
  ['admissionregistration.k8s.io/MutatingWebhookConfiguration', webhookRules],
  ['admissionregistration.k8s.io/ValidatingWebhookConfiguration', webhookRules],
  [
    'admissionregistration.k8s.io/ValidatingAdmissionPolicy',
    rules<AdmissionPolicy>({
      namespaced: false,
      create: validateAdmissionPolicy,
      update: validateAdmissionPolicyUpdate,
      subresources: { status: validateAdmissionPolicyStatus },
    }),
  ],
  [
    'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding',
    rules<AdmissionPolicyBinding>({
      namespaced: false,
      create: validateAdmissionPolicyBinding,
      update: validateAdmissionPolicyBinding,
    }),
  ],
];

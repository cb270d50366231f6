/** The plugins that are on, in upstream's order. */
import { Admission } from './admission.ts';
import { MutatingWebhooks } from './dynamic/mutating.ts';
import { Policies } from './dynamic/policies.ts';
import { ValidatingWebhooks } from './dynamic/validating.ts';
import { limitRanger } from './limit-ranger.ts';
import { namespaceLifecycle } from './namespace-lifecycle.ts';
import { defaultTolerations, priorityAdmission, taintNewNodes } from './pod-defaults.ts';
import { rbacEscalation } from './rbac-escalation.ts';
import { resourceQuota } from './resource-quota.ts';
import { serviceAccountAdmission } from './service-account.ts';
import { storageProtection } from './storage-protection.ts';

export const defaultAdmission = (): Admission =>
  new Admission([
    namespaceLifecycle,
    limitRanger,
    serviceAccountAdmission,
    taintNewNodes,
    priorityAdmission,
    defaultTolerations,
    storageProtection,
    rbacEscalation,
    new MutatingWebhooks(),
    new Policies(),
    new ValidatingWebhooks(),
    resourceQuota,
  ]);

/** Columns by kind; a kind without a row here shows its name and when it was made. */
import type { TableColumns } from '../registry/resource.ts';
import * as cluster from './cluster.ts';
import { podColumns } from './pods.ts';
import * as admission from './admission.ts';
import * as policies from './policies.ts';
import * as services from './services.ts';
import * as workloads from './workloads.ts';

const tables = new Map<string, TableColumns>([
  ['/ConfigMap', cluster.configMapColumns],
  ['/Endpoints', services.endpointsColumns],
  ['/Event', cluster.eventColumns],
  ['/Namespace', cluster.namespaceColumns],
  ['/Node', cluster.nodeColumns],
  ['/PersistentVolume', policies.volumeColumns],
  ['/PersistentVolumeClaim', policies.volumeClaimColumns],
  ['/Pod', podColumns],
  ['/PodTemplate', workloads.podTemplateColumns],
  ['/ReplicationController', workloads.replicationControllerColumns],
  ['/ResourceQuota', cluster.resourceQuotaColumns],
  ['/Secret', cluster.secretColumns],
  ['/Service', services.serviceColumns],
  ['/ServiceAccount', cluster.serviceAccountColumns],
  ['admissionregistration.k8s.io/MutatingWebhookConfiguration', policies.webhookColumns],
  ['admissionregistration.k8s.io/ValidatingWebhookConfiguration', policies.webhookColumns],
  ['apps/ControllerRevision', workloads.controllerRevisionColumns],
  ['apps/DaemonSet', workloads.daemonSetColumns],
  ['apps/Deployment', workloads.deploymentColumns],
  ['apps/ReplicaSet', workloads.replicaSetColumns],
  ['apps/StatefulSet', workloads.statefulSetColumns],
  ['autoscaling/HorizontalPodAutoscaler', policies.autoscalerColumns],
  ['batch/CronJob', workloads.cronJobColumns],
  ['batch/Job', workloads.jobColumns],
  ['coordination.k8s.io/Lease', cluster.leaseColumns],
  ['discovery.k8s.io/EndpointSlice', services.endpointSliceColumns],
  ['events.k8s.io/Event', cluster.eventColumns],
  ['networking.k8s.io/IPAddress', services.ipAddressColumns],
  ['networking.k8s.io/Ingress', policies.ingressColumns],
  ['admissionregistration.k8s.io/MutatingWebhookConfiguration', admission.webhookColumns],
  ['admissionregistration.k8s.io/ValidatingAdmissionPolicy', admission.policyColumns],
  ['admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding', admission.bindingColumns],
  ['admissionregistration.k8s.io/ValidatingWebhookConfiguration', admission.webhookColumns],
  ['networking.k8s.io/IngressClass', policies.ingressClassColumns],
  ['networking.k8s.io/NetworkPolicy', policies.networkPolicyColumns],
  ['networking.k8s.io/ServiceCIDR', services.serviceCidrColumns],
  ['policy/PodDisruptionBudget', workloads.disruptionBudgetColumns],
  ['rbac.authorization.k8s.io/ClusterRoleBinding', policies.roleBindingColumns],
  ['rbac.authorization.k8s.io/RoleBinding', policies.roleBindingColumns],
  ['scheduling.k8s.io/PriorityClass', cluster.priorityClassColumns],
  ['storage.k8s.io/StorageClass', policies.storageClassColumns],
]);

export function columnsOf(group: string, kind: string): TableColumns | undefined {
  return tables.get(`${group}/${kind}`);
}

/**
 * What stands in a new cluster before anybody writes: namespaces, roles, and whose client certificates count. The service
 * range and the kubernetes Service are looked after for as long as the server runs (services/default-range.ts).
 */
import type { KubeObject } from '../../api/types.ts';
import { bootstrapRoles } from './roles/index.ts';

const namespace = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

export const systemNamespaces = ['kube-system', 'kube-public', 'kube-node-lease', 'default'] as const;

export interface Bootstrap {
  /** PEM. */
  readonly clientCa: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** In waves: what is in one wave does not need the others of it, but everything before it. */
export function bootstrapObjects({ clientCa, now }: Bootstrap): KubeObject[][] {
  const priorities = ['system-cluster-critical', 'system-node-critical'].map((name, index) => ({
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name },
    value: 2_000_000_000 + index * 1000,
    description: 'For parts of the cluster itself.',
  }));
  return [
    [...systemNamespaces.map(namespace), ...priorities],
    [...bootstrapRoles(), authentication(clientCa), tokenTracking(now)],
  ];
}

/** Servers that leave authentication to this one, such as kube-controller-manager, accept the certificates of this CA. */
const authentication = (clientCa: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'extension-apiserver-authentication', namespace: 'kube-system' },
  data: { 'client-ca-file': clientCa },
});

/** Since when the use of tokens in Secrets is noted; kube-controller-manager asks before it cleans them up. */
const tokenTracking = (now: number): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'kube-apiserver-legacy-service-account-token-tracking', namespace: 'kube-system' },
  data: { since: new Date(now).toISOString().slice(0, 10) },
});

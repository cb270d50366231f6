/**
 * What stands in a new cluster before anybody writes: namespaces, roles, the service range, the kubernetes Service, and
 * whose client certificates count.
 */
import type { KubeObject } from '../../api/types.ts';
import { cidrBounds, formatIp, ipOfNumber, parseCidr } from '../../ip/index.ts';
import { bootstrapRoles } from './roles/index.ts';

const namespace = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

export const systemNamespaces = ['kube-system', 'kube-public', 'kube-node-lease', 'default'] as const;

export interface Bootstrap {
  readonly serviceCidrs: readonly string[];
  /** Where the kubernetes Service leads. */
  readonly port: number;
  /** PEM. */
  readonly clientCa: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** In waves: what is in one wave does not need the others of it, but everything before it. */
export function bootstrapObjects({ serviceCidrs, port, clientCa, now }: Bootstrap): KubeObject[][] {
  const serviceCidr = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'ServiceCIDR',
    metadata: { name: 'kubernetes' },
    spec: { cidrs: [...serviceCidrs] },
  };
  const priorities = ['system-cluster-critical', 'system-node-critical'].map((name, index) => ({
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name },
    value: 2_000_000_000 + index * 1000,
    description: 'For parts of the cluster itself.',
  }));
  return [
    [...systemNamespaces.map(namespace), serviceCidr, ...priorities],
    [...bootstrapRoles(), kubernetesService(serviceCidrs, port), authentication(clientCa), tokenTracking(now)],
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

/** The Service through which Pods reach the API server: always the first address of the first range. */
function kubernetesService(serviceCidrs: readonly string[], targetPort: number): KubeObject {
  const clusterIP = firstAddress(serviceCidrs[0] ?? '');
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { component: 'apiserver', provider: 'kubernetes' },
    },
    spec: {
      type: 'ClusterIP',
      clusterIP,
      clusterIPs: [clusterIP],
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort }],
      sessionAffinity: 'None',
    },
  };
}

function firstAddress(text: string): string {
  const cidr = parseCidr(text);
  if (cidr === undefined) throw new Error(`${JSON.stringify(text)} is no address range`);
  return formatIp(ipOfNumber(cidr.family, cidrBounds(cidr).first + 1n));
}

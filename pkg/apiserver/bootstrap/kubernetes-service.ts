import type { KubeObject } from '../../api/types.ts';
import { cidrBounds, formatIp, ipOfNumber, parseCidr } from '../../ip/index.ts';

/** A23: the Service through which Pods reach the API server, always at the first address of the first range. */
export function kubernetesService(serviceCidrs: readonly string[], targetPort: number): KubeObject {
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

/** Many plain Services with their slices, and one change of them: what a proxy is loaded with. */
import type { EndpointSlice, Service } from '../../pkg/api/types.ts';

export const namespace = 'load';

const ip = (first: number, n: number): string => `${first}.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;

/** The n-th Service; its cluster IP lies in 10.96.0.0/12. */
export const loadService = (n: number): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace, name: `svc-${n}` },
  spec: { clusterIP: clusterIP(n), ports: [{ name: 'http', port: 80, protocol: 'TCP' }] },
});

export const clusterIP = (n: number): string =>
  `10.${100 + ((n + 10) >> 16)}.${((n + 10) >> 8) & 255}.${(n + 10) & 255}`;

/** Its slice with so many endpoints. */
export const loadSlice = (n: number, endpoints: number, first = 0): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { namespace, name: `svc-${n}-a`, labels: { 'kubernetes.io/service-name': `svc-${n}` } },
  addressType: 'IPv4',
  ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  endpoints: Array.from({ length: endpoints }, (_, index) => ({ addresses: [ip(20, n * 16 + first + index)] })),
});

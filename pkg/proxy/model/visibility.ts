import type { EndpointSlice, Service } from '../../api/types.ts';

export const headlessLabel = 'service.kubernetes.io/headless';
export const proxyNameLabel = 'service.kubernetes.io/service-proxy-name';

/**
 * Whether a Service is this proxy's business (G1): its proxy-name label must be absent, or equal to `proxyName` when this
 * proxy has one (CX10). The headless label says nothing on a Service: kube-proxy 1.36 looks at the cluster IP instead.
 */
export function isVisibleService({ metadata }: Pick<Service, 'metadata'>, proxyName?: string): boolean {
  const labels = metadata.labels ?? {};
  return (Object.hasOwn(labels, proxyNameLabel) ? labels[proxyNameLabel] : undefined) === proxyName;
}

/** Whether a slice is: the headless label hides it whatever its value; whose Service it is tells the rest (G1). */
export function isVisibleSlice({ metadata }: Pick<EndpointSlice, 'metadata'>): boolean {
  return !Object.hasOwn(metadata.labels ?? {}, headlessLabel);
}

/** Whether a Service has virtual addresses at all (G2). */
export function hasClusterIP(service: Service): boolean {
  const { clusterIP, type } = service.spec ?? {};
  return clusterIP !== undefined && clusterIP !== '' && clusterIP !== 'None' && type !== 'ExternalName';
}

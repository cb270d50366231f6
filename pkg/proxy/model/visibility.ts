import type { KubeObject, Service } from '../../api/types.ts';

export const headlessLabel = 'service.kubernetes.io/headless';
export const proxyNameLabel = 'service.kubernetes.io/service-proxy-name';

/**
 * Whether an object is this proxy's business (G1): the headless label hides it whatever its value; the proxy-name label
 * must be absent, or equal to `proxyName` when this proxy has one (CX10).
 */
export function isVisible(object: Pick<KubeObject, 'metadata'>, proxyName?: string): boolean {
  const labels = object.metadata.labels ?? {};
  if (Object.hasOwn(labels, headlessLabel)) return false;
  const wanted = Object.hasOwn(labels, proxyNameLabel) ? labels[proxyNameLabel] : undefined;
  return wanted === proxyName;
}

/** Whether a Service has virtual addresses at all (G2). */
export function hasClusterIP(service: Service): boolean {
  const { clusterIP, type } = service.spec ?? {};
  return clusterIP !== undefined && clusterIP !== '' && clusterIP !== 'None' && type !== 'ExternalName';
}

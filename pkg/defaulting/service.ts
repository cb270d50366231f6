/** D1–D10: what a Service says when it says nothing. Applied to every decoded object, from clients and from storage. */
import { isExternallyAccessible, type ServiceSpec } from '../api/service.ts';
import type { Service, ServicePort } from '../api/types.ts';
import { each, fill, fillZero, inside, without } from './fill.ts';

const affinitySeconds = 10_800;

export function defaultService(service: Service): Service {
  const withSpec = { ...service, spec: defaultSpec(service.spec ?? {}) };
  const spec = fillZero(withSpec.spec, isExternallyAccessible(withSpec) ? { externalTrafficPolicy: 'Cluster' } : {});
  return defaultIngressModes({ ...withSpec, spec });
}

function defaultSpec(spec: ServiceSpec): ServiceSpec {
  let result = fillZero(spec, { sessionAffinity: 'None', type: 'ClusterIP' });
  result = defaultAffinityConfig(result);
  result = inside(result, 'ports', (ports) => each(ports, defaultPort));
  if (result.type === 'ClusterIP' || result.type === 'NodePort' || result.type === 'LoadBalancer') {
    result = fill(result, { internalTrafficPolicy: 'Cluster' });
  }
  return result.type === 'LoadBalancer' ? fill(result, { allocateLoadBalancerNodePorts: true }) : result;
}

/** D2, D3: dropped without affinity; replaced as a whole when any level of it is missing. */
function defaultAffinityConfig(spec: ServiceSpec): ServiceSpec {
  if (spec.sessionAffinity === 'None') return without(spec, 'sessionAffinityConfig');
  if (spec.sessionAffinity !== 'ClientIP') return spec;
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? undefined;
  return seconds === undefined
    ? { ...spec, sessionAffinityConfig: { clientIP: { timeoutSeconds: affinitySeconds } } }
    : spec;
}

/** D5, D6: an unusable port number is copied as well, so one fault shows twice. */
function defaultPort(port: ServicePort): ServicePort {
  return fillZero(port, { protocol: 'TCP', targetPort: port.port ?? 0 });
}

/** D10 looks at the type as submitted, even on a write to `…/status`. */
function defaultIngressModes(service: Service): Service {
  const ingress = service.status?.loadBalancer?.ingress;
  if (service.spec?.type !== 'LoadBalancer' || ingress === undefined) return service;
  const filled = each(ingress, (entry) => (entry.ip ? fill(entry, { ipMode: 'VIP' }) : entry));
  if (filled === ingress) return service;
  return {
    ...service,
    status: { ...service.status, loadBalancer: { ...service.status?.loadBalancer, ingress: filled } },
  };
}

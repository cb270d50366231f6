/** Tiny builders of the four kinds DNS reads. */
import type { Endpoint, EndpointSlice, Namespace, Pod, Service, ServicePort } from '../../../api/types.ts';

export interface ClusterObjects {
  namespaces: Namespace[];
  services: Service[];
  endpointSlices: EndpointSlice[];
  pods: Pod[];
}

export function namespace(name: string, labels?: Record<string, string>): Namespace {
  return { metadata: { name, ...(labels && { labels }) } };
}

/** `http 80/TCP`, or `9000/TCP` for a port without a name. */
export function ports(text: string): ServicePort[] {
  return text
    .split(', ')
    .filter((part) => part !== '')
    .map((part) => {
      const [, name, port, protocol] = /^(?:(\S+) )?(\d+)\/(\w+)$/.exec(part) ?? [];
      return { port: Number(port), ...(name && { name }), ...(protocol && { protocol }) };
    });
}

/** `key` is `namespace/name`; `ips` are ClusterIPs or `None`. */
export function service(key: string, ips: string, portText = '', spec: Service['spec'] = {}): Service {
  const [ns = '', name = ''] = key.split('/');
  const clusterIPs = ips === '' ? [] : ips.split(', ');
  return {
    metadata: { namespace: ns, name },
    spec: {
      type: 'ClusterIP',
      ...(clusterIPs[0] !== undefined && { clusterIP: clusterIPs[0] }),
      clusterIPs,
      ports: ports(portText),
      ...spec,
    },
  };
}

export function externalName(key: string, target: string): Service {
  return service(key, '', '', { type: 'ExternalName', externalName: target });
}

/** `10.1.2.10 h:db-0 ready:false serving:true terminating:true`; `ready:absent` leaves the condition out. */
export function endpoint(text: string): Endpoint {
  const [address = '', ...words] = text.split(' ');
  const said = new Map(words.map((word) => word.split(':') as [string, string]));
  const conditions: Record<string, boolean> = {};
  for (const name of ['ready', 'serving', 'terminating']) {
    const value = said.get(name) ?? (name === 'ready' ? 'true' : 'absent');
    if (value !== 'absent') conditions[name] = value === 'true';
  }
  return { addresses: [address], conditions, ...(said.has('h') && { hostname: said.get('h') as string }) };
}

/** A slice named after its Service; `suffix` tells several apart. */
export function slice(key: string, endpoints: string[], portText = '', suffix = '1'): EndpointSlice {
  const [ns = '', name = ''] = key.split('/');
  return {
    metadata: { namespace: ns, name: `${name}-${suffix}`, labels: { 'kubernetes.io/service-name': name } },
    addressType: endpoints[0]?.split(' ')[0]?.includes(':') === true ? 'IPv6' : 'IPv4',
    endpoints: endpoints.map(endpoint),
    ports: ports(portText),
  };
}

export function pod(key: string, ips: string[], status: Pod['status'] = {}, metadata: object = {}): Pod {
  const [ns = '', name = ''] = key.split('/');
  return {
    metadata: { namespace: ns, name, ...metadata },
    status: {
      phase: 'Running',
      ...(ips[0] !== undefined && { podIP: ips[0] }),
      podIPs: ips.map((ip) => ({ ip })),
      ...status,
    },
  };
}

/** Builders with the defaults of one small Service, `shop/web` port `http` 80 → 8080 (the fixture of section 16). */
import type { Endpoint, EndpointSlice, Service } from '../../../api/types.ts';

type ServiceSpec = NonNullable<Service['spec']>;

/** `topologyKeys` left the API in 1.22 and lives on here (T30). */
export type SpecInput = Partial<ServiceSpec> & { topologyKeys?: string[] };

export interface ServiceInput {
  readonly namespace?: string;
  readonly name?: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly spec?: SpecInput;
  readonly ingress?: { ip?: string; hostname?: string; ipMode?: string }[];
}

export function service(input: ServiceInput = {}): Service {
  const { namespace = 'shop', name = 'web', labels = {}, annotations = {}, spec = {}, ingress } = input;
  return {
    metadata: { namespace, name, labels, annotations },
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.96.0.10',
      ports: [{ name: 'http', protocol: 'TCP', port: 80 }],
      ...spec,
    },
    ...(ingress === undefined ? {} : { status: { loadBalancer: { ingress } } }),
  };
}

export interface SliceInput {
  readonly namespace?: string;
  readonly name?: string;
  readonly service?: string;
  readonly labels?: Record<string, string>;
  readonly addressType?: string;
  readonly ports?: EndpointSlice['ports'];
  readonly endpoints?: Endpoint[];
}

export function slice(input: SliceInput = {}): EndpointSlice {
  const { namespace = 'shop', service: owner = 'web', name = `${owner}-1`, labels = {}, endpoints = [] } = input;
  return {
    metadata: { namespace, name, labels: { 'kubernetes.io/service-name': owner, ...labels } },
    addressType: input.addressType ?? 'IPv4',
    ports: input.ports ?? [{ name: 'http', protocol: 'TCP', port: 8080 }],
    endpoints,
  };
}

/** A ready endpoint on the node whose number is the third octet: 10.244.1.x on n1, 10.244.2.x on n2. */
export function endpoint(ip: string, more: Partial<Endpoint> = {}): Endpoint {
  return {
    addresses: [ip],
    conditions: { ready: true, serving: true, terminating: false },
    nodeName: `n${ip.split('.')[2] ?? '1'}`,
    ...more,
  };
}

/** Conditions of an endpoint whose Pod goes away: still answering, or silent already. */
export const draining = { conditions: { ready: false, serving: true, terminating: true } };
export const silent = { conditions: { ready: false, serving: false, terminating: true } };
export const unready = { conditions: { ready: false, serving: false, terminating: false } };

export const n1 = {
  name: 'n1',
  labels: { 'kubernetes.io/hostname': 'n1', 'topology.kubernetes.io/zone': 'z1' },
};

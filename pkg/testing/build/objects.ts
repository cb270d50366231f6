/** Objects for tests, as short as a test's story: everything left unsaid has a value that matters to nobody. */
import type { EndpointSlice, Endpoints, Node, Pod, Service } from '../../api/types.ts';

const namespace = 'ns';
const labels = { app: 'web' };

export interface PodStory {
  name: string;
  namespace?: string;
  labels?: Record<string, string>;
  ips?: string[];
  node?: string;
  /** True unless said; `unknown`: the condition is absent. */
  ready?: boolean | 'unknown';
  /** When the Ready condition last changed. */
  readyAt?: string;
  deleting?: boolean;
  phase?: string;
  hostname?: string;
  subdomain?: string;
  hostNetwork?: boolean;
  ports?: { name?: string; containerPort: number; protocol?: string; hostPort?: number }[];
  sidecarPorts?: { name?: string; containerPort: number; protocol?: string }[];
  initPorts?: { name?: string; containerPort: number; protocol?: string }[];
  uid?: string;
}

export function pod(story: PodStory): Pod {
  const { name, ips = ['10.0.0.1'], ready = true, readyAt, hostname, subdomain, phase = 'Running' } = story;
  const condition = {
    type: 'Ready',
    status: ready === true ? 'True' : 'False',
    ...(readyAt === undefined ? {} : { lastTransitionTime: readyAt }),
  };
  return {
    metadata: {
      name,
      namespace: story.namespace ?? namespace,
      uid: story.uid ?? `uid-${name}`,
      labels: story.labels ?? labels,
      ...(story.deleting ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
    spec: {
      containers: [{ name: 'main', ...(story.ports === undefined ? {} : { ports: story.ports }) }],
      initContainers: [
        { name: 'init', ...(story.initPorts === undefined ? {} : { ports: story.initPorts }) },
        { name: 'side', restartPolicy: 'Always', ...(story.sidecarPorts ? { ports: story.sidecarPorts } : {}) },
      ],
      ...(story.node === undefined ? {} : { nodeName: story.node }),
      ...(hostname === undefined ? {} : { hostname }),
      ...(subdomain === undefined ? {} : { subdomain }),
      ...(story.hostNetwork === undefined ? {} : { hostNetwork: story.hostNetwork }),
    },
    status: {
      phase,
      ...(ips[0] === undefined ? {} : { podIP: ips[0], podIPs: ips.map((ip) => ({ ip })) }),
      ...(ready === 'unknown' ? {} : { conditions: [condition] }),
    },
  };
}

export interface ServiceStory {
  name?: string;
  namespace?: string;
  uid?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  createdAt?: string;
  deleting?: boolean;
  spec?: Partial<NonNullable<Service['spec']>>;
}

/** `spec` entries that are null are left out. */
export function service(story: ServiceStory = {}): Service {
  const { name = 'svc', annotations, createdAt, spec } = story;
  const defaults = {
    type: 'ClusterIP',
    clusterIP: '10.96.0.10',
    ipFamilies: ['IPv4'],
    selector: labels,
    ports: [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' }],
  };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      namespace: story.namespace ?? namespace,
      uid: story.uid ?? 'uid-svc',
      ...(story.labels === undefined ? {} : { labels: story.labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(createdAt === undefined ? {} : { creationTimestamp: createdAt }),
      ...(story.deleting ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
    spec: Object.fromEntries(Object.entries({ ...defaults, ...spec }).filter(([, value]) => value !== null)),
  };
}

export interface NodeStory {
  name: string;
  zone?: string;
  cpu?: string | number;
  ready?: boolean;
  labels?: Record<string, string>;
}

export function node({ name, zone, cpu = '1', ready = true, labels: extra = {} }: NodeStory): Node {
  return {
    metadata: { name, labels: { ...extra, ...(zone === undefined ? {} : { 'topology.kubernetes.io/zone': zone }) } },
    status: {
      allocatable: { cpu: String(cpu) },
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    },
  };
}

export interface SliceStory extends Partial<Pick<EndpointSlice, 'addressType' | 'endpoints' | 'ports'>> {
  name: string;
  serviceName?: string;
  manager?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  owner?: string;
  ownerKind?: string;
  uid?: string;
  generation?: number;
  deleting?: boolean;
  createdAt?: string;
}

export function slice(story: SliceStory): EndpointSlice {
  const { name, serviceName = 'svc', manager = 'endpointslice-controller.k8s.io', annotations, createdAt } = story;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name,
      namespace,
      uid: story.uid ?? `uid-${name}`,
      resourceVersion: '7',
      generation: story.generation ?? 1,
      labels: {
        'kubernetes.io/service-name': serviceName,
        'endpointslice.kubernetes.io/managed-by': manager,
        ...story.labels,
      },
      ...(annotations === undefined ? {} : { annotations }),
      ...(createdAt === undefined ? {} : { creationTimestamp: createdAt }),
      ...(story.deleting ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
      ownerReferences: [
        {
          apiVersion: 'v1',
          kind: story.ownerKind ?? 'Service',
          name: serviceName,
          uid: story.owner ?? 'uid-svc',
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    addressType: story.addressType ?? 'IPv4',
    // Null, too, is something a story may say.
    endpoints: story.endpoints === undefined ? [] : story.endpoints,
    ports: story.ports === undefined ? [{ name: 'http', port: 8080, protocol: 'TCP' }] : story.ports,
  };
}

/** `10.1.0.1`, `10.1.0.2`, … and their IPv6 counterparts: pods by number. */
export const ipv4 = (number: number): string => `10.1.${number >> 8}.${number & 255}`;
export const ipv6 = (number: number): string => `fd00::${number.toString(16)}`;

export interface EndpointsStory {
  name?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  subsets?: Endpoints['subsets'];
  uid?: string;
  deleting?: boolean;
}

export function endpoints(story: EndpointsStory = {}): Endpoints {
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      name: story.name ?? 'svc',
      namespace,
      uid: story.uid ?? 'uid-endpoints',
      resourceVersion: '5',
      ...(story.labels === undefined ? {} : { labels: story.labels }),
      ...(story.annotations === undefined ? {} : { annotations: story.annotations }),
      ...(story.deleting ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
    ...(story.subsets === undefined ? {} : { subsets: story.subsets }),
  };
}

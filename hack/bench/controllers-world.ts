/** Services with ten Pods each, as the endpoint controllers find them when they start. */
import { stored, storedService, type Stored } from './etcd.ts';

export const podsEach = 10;
const servicesEach = 100;
const nodeCount = 20;
const firstNumber = (10 << 24) + (96 << 16) + 4096;

export interface World {
  readonly namespaces: readonly string[];
  readonly nodes: readonly Stored[];
  readonly services: readonly Stored[];
  readonly pods: readonly BenchPod[];
}

export interface BenchPod {
  readonly namespace: string;
  readonly name: string;
  readonly entry: Stored;
}

export function worldOf(services: number): World {
  const namespaceOf = (n: number): string => `load-${Math.floor(n / servicesEach)}`;
  const numbers = Array.from({ length: services }, (_, n) => n);
  return {
    namespaces: [...new Set(numbers.map(namespaceOf))],
    nodes: Array.from({ length: nodeCount }, (_, n) => node(n)),
    services: numbers.flatMap((n) => storedService(namespaceOf(n), service(`svc-${n}`), firstNumber + n)),
    pods: numbers.flatMap((n) =>
      Array.from({ length: podsEach }, (_, at) => pod(namespaceOf(n), `svc-${n}`, n * podsEach + at)),
    ),
  };
}

const service = (name: string): object => ({
  kind: 'Service',
  apiVersion: 'v1',
  metadata: { name, labels: { app: name } },
  spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' }] },
});

function node(n: number): Stored {
  const name = `node-${n}`;
  const amounts = { cpu: '64', memory: '256Gi', pods: '10000' };
  return stored(`minions/${name}`, '', 'Node', {
    kind: 'Node',
    apiVersion: 'v1',
    metadata: { name, labels: { 'topology.kubernetes.io/zone': `zone-${n % 3}`, 'kubernetes.io/hostname': name } },
    spec: {},
    status: { capacity: amounts, allocatable: amounts, conditions: [{ type: 'Ready', status: 'True' }] },
  });
}

/** As a kubelet leaves it. */
function pod(namespace: string, app: string, n: number): BenchPod {
  const name = `${app}-${n}`;
  const ip = `10.${128 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`;
  const time = '2026-01-01T00:00:00Z';
  const conditions = ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
    type,
    status: 'True',
    lastTransitionTime: time,
  }));
  const object = {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { namespace, name, labels: { app, 'pod-template-hash': 'abcdef' } },
    spec: {
      nodeName: `node-${n % nodeCount}`,
      serviceAccountName: 'default',
      restartPolicy: 'Always',
      dnsPolicy: 'ClusterFirst',
      schedulerName: 'default-scheduler',
      containers: [{ name: 'web', image: 'registry.example/web:1', ports: [{ name: 'http', containerPort: 8080 }] }],
    },
    status: { phase: 'Running', podIP: ip, podIPs: [{ ip }], hostIP: '192.0.2.1', startTime: time, conditions },
  };
  return { namespace, name, entry: stored(`pods/${namespace}/${name}`, '', 'Pod', object) };
}

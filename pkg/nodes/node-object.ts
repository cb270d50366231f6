/** A simulated node as the API shows it. */
import type { Node } from '../api/types.ts';
import { zoneLabel } from '../topology/index.ts';
import { findCondition, timeText } from '../workloads/index.ts';
import type { NodePlace } from './places.ts';

type NodeStatus = NonNullable<Node['status']>;

export interface Machine {
  /** `amd64`, `arm64`. */
  readonly architecture: string;
  readonly version: string;
}

export function nodeObject({ name, zone, podCidr }: NodePlace, { architecture }: Machine): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'beta.kubernetes.io/arch': architecture,
        'beta.kubernetes.io/os': 'linux',
        'kubernetes.io/arch': architecture,
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        [zoneLabel]: zone,
      },
    },
    spec: { podCIDR: podCidr, podCIDRs: [podCidr], providerID: `fairlead://${name}` },
  };
}

/** A /24 less its ends. */
const podsPerNode = '250';
const resources = { cpu: '8', memory: '16Gi', 'ephemeral-storage': '100Gi', pods: podsPerNode };

const healthy = [
  { type: 'MemoryPressure', status: 'False', reason: 'KubeletHasSufficientMemory' },
  { type: 'DiskPressure', status: 'False', reason: 'KubeletHasNoDiskPressure' },
  { type: 'PIDPressure', status: 'False', reason: 'KubeletHasSufficientPID' },
  { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' },
];

export function nodeStatus(node: Node, place: NodePlace, machine: Machine, now: number): NodeStatus {
  const { name, hostIP } = place;
  return {
    addresses: [
      { type: 'InternalIP', address: hostIP },
      { type: 'Hostname', address: name },
    ],
    allocatable: resources,
    capacity: resources,
    conditions: healthy.map((condition) => {
      const before = findCondition(node.status?.conditions, condition.type);
      const since = before?.status === condition.status ? before.lastTransitionTime : undefined;
      const time = timeText(now);
      return { ...condition, lastHeartbeatTime: time, lastTransitionTime: since ?? time };
    }),
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: {
      architecture: machine.architecture,
      bootID: name,
      containerRuntimeVersion: 'fairlead://1.0.0',
      kernelVersion: 'simulated',
      kubeProxyVersion: '',
      kubeletVersion: machine.version,
      machineID: name,
      operatingSystem: 'linux',
      osImage: 'Fairlead',
      systemUUID: name,
    },
  };
}

const notReadyTaint = 'node.kubernetes.io/not-ready';

/** Taints without that of a node nobody has seen ready; undefined when it has none. */
export function taintsOnceReady({ spec }: Node): NonNullable<Node['spec']>['taints'] | undefined {
  const taints = spec?.taints ?? [];
  const kept = taints.filter(({ key, effect }) => key !== notReadyTaint || effect !== 'NoSchedule');
  return kept.length === taints.length ? undefined : kept;
}

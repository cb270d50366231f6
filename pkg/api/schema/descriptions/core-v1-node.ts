import type { Descriptions } from '../descriptions.ts';

/** Nodes. */
export const nodeDescriptions: Descriptions = {
  Node: {
    '': 'A machine of the cluster that runs pods.',
    metadata: 'Name, labels and other data common to all objects; labels tell zone and region.',
    spec: 'What the node shall be.',
    status: 'What the node reports about itself.',
  },
  NodeSpec: {
    '': 'What a node shall be.',
    podCIDR: 'Network from which its pods get addresses; the first of `podCIDRs`.',
    podCIDRs: 'Networks from which its pods get addresses, at most one of each family.',
    providerID: 'Id of the machine at its provider.',
    unschedulable: 'True keeps new pods away; set by `kubectl cordon`.',
    taints: 'Keep away, or drive out, pods that do not tolerate them.',
  },
  NodeStatus: {
    '': 'What a node reports.',
    capacity: 'What the machine has.',
    allocatable: 'What of that is left for pods.',
    phase: 'No longer filled in.',
    conditions: 'Aspects of its health, `Ready` first of all.',
    addresses: 'Names and addresses by which it is reached.',
    daemonEndpoints: 'Ports of the programs that run the node.',
    nodeInfo: 'Versions and identifiers of the machine.',
    images: 'Images that are present.',
    volumesInUse: 'Attachable volumes that are mounted.',
    volumesAttached: 'Volumes that are attached.',
  },
  NodeCondition: {
    '': 'One aspect of the health of a node.',
    type: 'Name of the aspect, such as `Ready` or `MemoryPressure`.',
    status: '`True`, `False` or `Unknown`.',
    lastHeartbeatTime: 'When the node last reported it.',
    lastTransitionTime: 'When `status` last changed.',
    reason: 'Why, as one word.',
    message: 'Why, as a sentence.',
  },
  NodeAddress: {
    '': 'One way to reach a node.',
    type: '`Hostname`, `InternalIP`, `ExternalIP`, `InternalDNS` or `ExternalDNS`.',
    address: 'The name or address.',
  },
  Taint: {
    '': 'Keeps pods away from a node unless they tolerate it.',
    key: 'Key of the taint.',
    value: 'Value of the taint.',
    effect: '`NoSchedule`, `PreferNoSchedule` or `NoExecute`, which also drives out running pods.',
    timeAdded: 'When the taint was set.',
  },
};

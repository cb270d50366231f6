import type { Descriptions } from '../descriptions.ts';

export const discoveryV1Descriptions: Descriptions = {
  EndpointSlice: {
    '': 'A part of the endpoints behind a Service, all of one address type; a Service may have many slices.',
    metadata:
      'Name, labels and other data common to all objects; the label `kubernetes.io/service-name` says which Service it is.',
    addressType: 'Type of every address in the slice, `IPv4`, `IPv6` or `FQDN`; it never changes.',
    endpoints: 'The endpoints, at most 1000.',
    ports: 'The ports each of the endpoints has, at most 100; without a list there are none.',
  },
  Endpoint: {
    '': 'One backend, a pod as a rule.',
    addresses: 'Its addresses; all lead to the same backend, and consumers take the first.',
    conditions: 'Whether it may get traffic.',
    hostname: 'Host name for DNS records of its own.',
    targetRef: 'Object behind the endpoint.',
    deprecatedTopology: 'Topology labels from v1beta1 that have no field of their own; read only.',
    topology: 'Topology labels, in v1beta1 only: zone, node and others.',
    nodeName: 'Node on which it lives, for choosing near endpoints.',
    zone: 'Zone in which it lives.',
    hints: 'Who should prefer this endpoint.',
  },
  EndpointConditions: {
    '': 'Whether an endpoint may get traffic; an absent value counts as true for the first two.',
    ready: 'It takes new traffic; false for endpoints that terminate.',
    serving: 'It answers, even when it is terminating.',
    terminating: 'It is on its way out.',
  },
  EndpointHints: {
    '': 'Who should prefer an endpoint.',
    forZones: 'Zones whose clients should use it.',
    forNodes: 'Nodes whose clients should use it.',
  },
  ForZone: { '': 'A zone that should use an endpoint.', name: 'Name of the zone.' },
  ForNode: { '': 'A node that should use an endpoint.', name: 'Name of the node.' },
  EndpointPort: {
    '': 'A port that every endpoint of the slice has.',
    name: 'Name of the Service port it belongs to; unique within the slice, possibly empty.',
    protocol: '`TCP`, `UDP` or `SCTP`.',
    port: 'Number of the port; absent means any port, for special uses.',
    appProtocol: 'What is spoken on the port, taken from the Service.',
  },
};

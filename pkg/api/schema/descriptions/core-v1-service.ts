import type { Descriptions } from '../descriptions.ts';

/** Services, endpoints and what they refer to. */
export const serviceDescriptions: Descriptions = {
  Service: {
    '': 'A stable address and name for a changing set of pods.',
    metadata: 'Name, labels and other data common to all objects.',
    spec: 'What the Service shall be.',
    status: 'What load balancers and controllers have made of it.',
  },
  ServiceSpec: {
    '': 'Which pods a Service stands for, and by which addresses and ports it is reached.',
    ports: 'The ports the Service listens on, and where each of them leads.',
    selector:
      'Labels of the pods that receive traffic; without a selector somebody else must write the endpoints. Ignored for ExternalName.',
    clusterIP:
      'Virtual address inside the cluster; empty asks for a free one, `None` makes the Service headless, so that DNS answers with the pods themselves.',
    clusterIPs: 'All virtual addresses, one for each IP family; the first equals `clusterIP`.',
    type: 'How far the Service reaches: `ClusterIP` stays inside, `NodePort` adds a port on every node, `LoadBalancer` adds an outside address, `ExternalName` is only a DNS alias.',
    externalIPs: 'Addresses that already lead to some node and that proxies shall accept for this Service.',
    sessionAffinity:
      '`ClientIP` sends a client to the same pod for a while; `None` balances each connection by itself.',
    loadBalancerIP: 'Wish for a certain outside address; deprecated, and not every load balancer heeds it.',
    loadBalancerSourceRanges: 'Networks whose clients may come in through the load balancer; everybody when empty.',
    externalName: 'DNS name that the alias of an ExternalName Service points to.',
    externalTrafficPolicy:
      '`Local` serves outside traffic only with pods on the node it reached, and keeps the address of the client; `Cluster` may pass it on to any node.',
    healthCheckNodePort:
      'Port on every node that tells load balancers whether it has pods of its own; used with `externalTrafficPolicy: Local`.',
    publishNotReadyAddresses:
      'True lists pods as usable before they are ready, for peers that must find each other early.',
    sessionAffinityConfig: 'Details of `sessionAffinity`.',
    ipFamilies: 'IPv4, IPv6 or both, in the order of `clusterIPs`.',
    ipFamilyPolicy: 'Whether the Service has one IP family or two, and whether two are a wish or a demand.',
    allocateLoadBalancerNodePorts: 'False spares the node ports of a LoadBalancer that reaches the pods without them.',
    loadBalancerClass:
      'Name of the implementation that shall provide the load balancer, such as `example.com/internal`.',
    internalTrafficPolicy: '`Local` serves traffic from inside the cluster only with pods on the same node.',
    trafficDistribution:
      'Preference for near endpoints: `PreferSameZone` (also spelled `PreferClose`) or `PreferSameNode`.',
  },
  ServicePort: {
    '': 'One port of a Service.',
    name: 'Name of the port, needed when there are several; endpoints carry it too.',
    protocol: '`TCP`, `UDP` or `SCTP`.',
    appProtocol: 'What is spoken on the port, as a hint for proxies, such as `http` or `kubernetes.io/h2c`.',
    port: 'The number clients connect to.',
    targetPort: 'Number or name of the port on the pods; the same as `port` when unset.',
    nodePort: 'The port on every node, for types that have one; picked by the server when zero.',
  },
  SessionAffinityConfig: {
    '': 'How long clients stay with their pod.',
    clientIP: 'For affinity by client address.',
  },
  ClientIPConfig: {
    '': 'Affinity by client address.',
    timeoutSeconds: 'How long a client is remembered after its last connection; at most a day.',
  },
  ServiceStatus: {
    '': 'What is known about a running Service.',
    loadBalancer: 'Where the load balancer listens.',
    conditions: 'Aspects of the current state, one entry a type.',
  },
  LoadBalancerStatus: {
    '': 'Where a load balancer listens.',
    ingress: 'The points at which traffic may enter.',
  },
  LoadBalancerIngress: {
    '': 'One point at which traffic may enter.',
    ip: 'Its address, for load balancers known by address.',
    hostname: 'Its DNS name, for load balancers known by name.',
    ipMode: '`VIP` when packets arrive with this address as destination, `Proxy` when with that of the node.',
    ports: 'Which ports work there; reported by some providers.',
  },
  PortStatus: {
    '': 'How one port of a load balancer fares.',
    port: 'Number of the port.',
    protocol: 'Protocol of the port.',
    error: 'Why the port does not work, as one word.',
  },
  Endpoints: {
    '': 'The addresses behind a Service in the old form; EndpointSlice has taken its place.',
    metadata: 'Name, labels and other data common to all objects; the name is that of the Service.',
    subsets: 'Groups of addresses that share the same ports.',
  },
  EndpointSubset: {
    '': 'Every address of the group is reachable on every port of the group.',
    addresses: 'Addresses that are ready for traffic.',
    notReadyAddresses: 'Addresses that exist and are not ready.',
    ports: 'Ports that all addresses of the group have.',
  },
  EndpointAddress: {
    '': 'One address behind a Service.',
    ip: 'The IP address; loopback, link-local and multicast addresses are refused.',
    hostname: 'Host name for DNS records of its own.',
    nodeName: 'Node on which the address lives.',
    targetRef: 'Object behind the address, a pod as a rule.',
  },
  EndpointPort: {
    '': 'One port behind a Service.',
    name: 'Name of the Service port it belongs to.',
    port: 'Number of the port.',
    protocol: '`TCP`, `UDP` or `SCTP`.',
    appProtocol: 'What is spoken on the port, taken from the Service.',
  },
  ObjectReference: {
    '': 'Points to another object.',
    kind: 'Kind of the object.',
    namespace: 'Namespace of the object.',
    name: 'Name of the object.',
    uid: 'UID of the object.',
    apiVersion: 'Group and version of the object.',
    resourceVersion: 'Version of the object that was meant.',
    fieldPath: 'Part of the object that was meant, such as `spec.containers{web}`.',
  },
  Namespace: {
    '': 'A room for names: most kinds live in one, and it takes them along when it is deleted.',
    metadata: 'Name, labels and other data common to all objects.',
    spec: 'What the namespace shall be.',
    status: 'Whether it is in use or on its way out.',
  },
  NamespaceSpec: {
    '': 'What a namespace shall be.',
    finalizers: 'Who must clean up before the namespace may go; `kubernetes` stands for everything inside it.',
  },
  NamespaceStatus: {
    '': 'Where a namespace is in its life.',
    phase: '`Active`, or `Terminating` while its contents are being deleted.',
    conditions: 'What stands in the way of deletion.',
  },
};

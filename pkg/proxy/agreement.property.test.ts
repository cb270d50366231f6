/**
 * All kernel back ends do the same with any connection to any Services, and it is what section 2 says. The policy is
 * written once more here, from the table of the sheet, to be compared with what simulated kernels make of the rules.
 */
import { describe, expect, it } from '@jest/globals';
import { array, assert, boolean, constantFrom, property, record, subarray, uniqueArray } from 'fast-check';
import { buildModel, type Destination, type Endpoint, type PortPlan } from './model/index.ts';
import { endpoint, n1, service, slice } from './model/testdata/objects.ts';
import { iptablesMachine, nftMachine } from './testdata/machines.ts';
import {
  describeOutcome,
  inRange,
  isLocal,
  node,
  probe,
  type Origin,
  type Outcome,
  type Probe,
} from './testdata/packet.ts';

const services = uniqueArray(
  record({
    name: constantFrom('a', 'b', 'c'),
    spec: record({
      type: constantFrom('ClusterIP', 'LoadBalancer'),
      clusterIP: constantFrom('10.96.0.1', '10.96.0.2', '10.96.0.3'),
      externalIPs: subarray(['198.51.100.7', '198.51.100.8', '10.96.0.1']),
      externalTrafficPolicy: constantFrom('Cluster', 'Local'),
      internalTrafficPolicy: constantFrom('Cluster', 'Local'),
      sessionAffinity: constantFrom('None', 'ClientIP'),
      loadBalancerSourceRanges: subarray(['192.0.2.0/28', '10.244.0.0/16']),
      topologyKeys: constantFrom<string[]>([], [], [], ['kubernetes.io/hostname'], ['rack']),
      ports: subarray([
        { name: 'p', protocol: 'TCP', port: 80, nodePort: 30080 },
        { name: 'q', protocol: 'UDP', port: 80 },
      ]),
    }),
    ingress: subarray([{ ip: '203.0.113.5' }]),
  }).map(service),
  { selector: ({ metadata }) => metadata.name, maxLength: 3 },
);

const endpoints = record({
  ip: constantFrom('10.244.1.11', '10.244.1.12', '10.244.2.12'),
  ready: boolean(),
  serving: boolean(),
  terminating: boolean(),
  zones: constantFrom([], [], ['z1'], ['z2']),
}).map(({ ip, ready, serving, terminating, zones }) =>
  endpoint(ip, { conditions: { ready, serving, terminating }, hints: { forZones: zones.map((name) => ({ name })) } }),
);

const slices = uniqueArray(
  record({
    service: constantFrom('a', 'b', 'c'),
    ports: subarray([
      { name: 'p', protocol: 'TCP', port: 8080 },
      { name: 'q', protocol: 'UDP', port: 8080 },
    ]),
    endpoints: array(endpoints, { maxLength: 4 }),
  }).map(slice),
  { selector: ({ metadata }) => metadata.name },
);

const origins: readonly Origin[] = ['outside', 'pod', 'self', 'node'];

describe('iptables and nftables', () => {
  it('do what the sheet says, from everywhere to everything', () => {
    assert(
      property(services, slices, boolean(), (all, parts, masqueradeAll) => {
        const model = buildModel(all, parts, { family: 'IPv4', node: n1 });
        const options = { masqueradeAll, nodeIP: node.ip };
        const machines = {
          iptables: iptablesMachine(model, options),
          flat: nftMachine(model, options, 'flat'),
          maps: nftMachine(model, options, 'maps'),
          chains: nftMachine(model, options, 'chains'),
        };
        for (const plan of model.ports) {
          for (const destination of plan.destinations) {
            for (const from of origins) {
              const ip = destination.kind === 'node-port' ? node.ip : destination.ip;
              const sent = probe(from, ip, destination.port, plan.service.protocol === 'TCP' ? 'tcp' : 'udp');
              for (const [name, machine] of Object.entries(machines)) {
                const byPolicy = expected(plan, destination, sent, masqueradeAll, name === 'iptables');
                const onClusterIP = model.ports.some(({ service: { clusterIP } }) => clusterIP === ip);
                const marks =
                  name === 'maps' && onClusterIP && (masqueradeAll || from === 'outside' || from === 'node');
                const wanted = marks ? masqueraded(byPolicy) : byPolicy;
                const label = `${name}: ${from} → ${ip}:${destination.port} `;
                expect(label + describeOutcome(machine.outcome(sent))).toBe(label + describeOutcome(wanted));
              }
            }
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

function expected(
  plan: PortPlan,
  destination: Destination,
  sent: Probe,
  masqueradeAll: boolean,
  iptables: boolean,
): Outcome {
  const { internalLocal, externalLocal } = plan.service;
  const isPod = sent.from === 'pod' || sent.from === 'self';
  if (destination.kind === 'cluster-ip') {
    const list = internalLocal ? plan.local : plan.cluster;
    // G36: whoever is not a pod; S3: everybody.
    return list.length > 0 ? served(list, sent, masqueradeAll || !isPod) : refusal(plan.internal);
  }
  const serves = plan.cluster.length > 0 || (externalLocal && plan.local.length > 0);
  // N34, I25: nftables looks at the ranges first, iptables only where there is somebody to protect.
  if (!isAdmitted(plan, destination, sent) && (serves || !iptables)) return 'timeout';
  if (!externalLocal && plan.cluster.length > 0) return served(plan.cluster, sent, true);
  // G38: the short circuit.
  if (externalLocal && sent.from !== 'outside' && plan.cluster.length > 0) {
    return served(plan.cluster, sent, sent.from === 'node');
  }
  if (externalLocal && plan.local.length > 0) return served(plan.local, sent, false);
  // I10: what the node sends to an address that is not its own does not pass KUBE-EXTERNAL-SERVICES.
  if (iptables && sent.from === 'node' && !isLocal(sent.destination)) return 'timeout';
  return refusal(plan.external);
}

const served = (list: readonly Endpoint[], sent: Probe, masquerade: boolean): Outcome =>
  new Map(list.map(({ text, ip }) => [text, masquerade || ip === sent.source ? 'snat' : 'kept']));

/** Layout maps marks by address, so an external IP that is somebody's cluster IP on another port is marked as well. */
const masqueraded = (outcome: Outcome): Outcome =>
  typeof outcome === 'string' ? outcome : new Map([...outcome.keys()].map((text) => [text, 'snat']));

const refusal = (verdict: PortPlan['internal']): Outcome => (verdict === 'drop' ? 'timeout' : 'refused');

function isAdmitted({ service: port }: PortPlan, { kind }: Destination, { source }: Probe): boolean {
  if (kind !== 'load-balancer' || port.sourceRanges.length === 0) return true;
  return port.sourceRanges.some(({ text }) => inRange(text, source));
}

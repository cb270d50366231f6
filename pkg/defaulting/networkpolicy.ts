/** NetworkPolicies. A policy without types is about traffic coming in, and about traffic going out if it has such rules. */
import type { NetworkPolicy, NetworkPolicyPort, NetworkPolicySpec } from '../api/workloads.ts';
import { each, fill, inside } from './fill.ts';
import { withSpec } from './workload.ts';

export const defaultNetworkPolicy = (object: NetworkPolicy): NetworkPolicy =>
  withSpec<NetworkPolicySpec, NetworkPolicy>(object, (given) => {
    const ingress = inside(given, 'ingress', (rules) => each(rules, (rule) => inside(rule, 'ports', defaultPorts)));
    const spec = inside(ingress, 'egress', (rules) => each(rules, (rule) => inside(rule, 'ports', defaultPorts)));
    if ((spec.policyTypes ?? []).length > 0) return spec;
    return { ...spec, policyTypes: (spec.egress ?? []).length > 0 ? ['Ingress', 'Egress'] : ['Ingress'] };
  });

const defaultPorts = (ports: NetworkPolicyPort[]): NetworkPolicyPort[] =>
  each(ports, (port) => fill(port, { protocol: 'TCP' }));

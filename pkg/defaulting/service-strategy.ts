/** What the server does to a Service's fields on create and update, after allocation and before validation (P1, P3). */
import {
  clusterIpsOf,
  isExternallyAccessible,
  isExternalName,
  isLoadBalancer,
  isNodePortType,
  needsHealthCheck,
  portsOf,
  type ServiceSpec,
  specOf,
} from '../api/service.ts';
import type { Service } from '../api/types.ts';
import { each, without } from './fill.ts';

const emptyStatus = (): NonNullable<Service['status']> => ({ loadBalancer: {} });

/** Status belongs to controllers: nobody creates a Service with one. */
export const prepareServiceForCreate = (service: Service): Service => ({ ...service, status: emptyStatus() });

/** Status stays as stored; fields the new type has no use for are wiped where the client left them alone (U10–U16). */
export function prepareServiceForUpdate(next: Service, previous: Service): Service {
  const wiped = { ...next, spec: wipeUnused(next, previous) };
  const status = previous.status ?? emptyStatus();
  return { ...wiped, status: isLoadBalancer(next) ? status : { ...status, loadBalancer: {} } };
}

/** P5: a write to `…/status` cannot change the spec. */
export const prepareServiceStatusUpdate = (next: Service, previous: Service): Service =>
  previous.spec === undefined ? without(next, 'spec') : { ...next, spec: previous.spec };

/** A changed value stays, and fails in validation: the client meant something by it. */
function wipeUnused(next: Service, previous: Service): ServiceSpec {
  const before = specOf(previous);
  let spec = specOf(next);
  const wipe = (...keys: (keyof ServiceSpec)[]): void => {
    spec = without(spec, ...keys);
  };
  if (isExternalName(next) && !isExternalName(previous)) {
    // U10: each of the three is judged on its own.
    if (sameText(spec.clusterIP, before.clusterIP) && sameList(clusterIpsOf(next), clusterIpsOf(previous))) {
      wipe('clusterIP', 'clusterIPs');
    }
    if (sameList(spec.ipFamilies ?? [], before.ipFamilies ?? [])) wipe('ipFamilies');
    if (sameText(spec.ipFamilyPolicy, before.ipFamilyPolicy)) wipe('ipFamilyPolicy');
  }
  if (isNodePortType(previous) && !isNodePortType(next) && spec.ports !== undefined && addsNoNodePort(next, previous)) {
    spec = { ...spec, ports: each(spec.ports, (port) => without(port, 'nodePort')) }; // U11
  }
  if (
    needsHealthCheck(previous) &&
    !needsHealthCheck(next) &&
    spec.healthCheckNodePort === before.healthCheckNodePort
  ) {
    wipe('healthCheckNodePort'); // U12
  }
  if (isLoadBalancer(previous) && !isLoadBalancer(next)) {
    if (spec.allocateLoadBalancerNodePorts === before.allocateLoadBalancerNodePorts)
      wipe('allocateLoadBalancerNodePorts'); // U13
    if (spec.loadBalancerClass === before.loadBalancerClass) wipe('loadBalancerClass'); // U14
  }
  if (
    isExternallyAccessible(previous) &&
    !isExternallyAccessible(next) &&
    sameText(spec.externalTrafficPolicy, before.externalTrafficPolicy)
  ) {
    wipe('externalTrafficPolicy'); // U15
  }
  return spec;
}

const sameText = (a: string | undefined, b: string | undefined): boolean => (a ?? '') === (b ?? '');

const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((item, index) => item === b[index]);

function addsNoNodePort(next: Service, previous: Service): boolean {
  const before = new Set(portsOf(previous).map(({ nodePort }) => nodePort));
  return portsOf(next).every(({ nodePort }) => !nodePort || before.has(nodePort));
}

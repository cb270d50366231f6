/** A60–A68, U20–U29: the node ports a Service takes and gives back. Create and update differ on purpose (Q21). */
import { allocatesNodePorts, isNodePortType, needsHealthCheck, portsOf, specOf } from '../api/service.ts';
import type { Service, ServicePort } from '../api/types.ts';
import { duplicate, invalid } from '../validation/errors.ts';
import { exhausted, rangeFull, type Refusal, refuse } from './outcome.ts';
import { PortLedger } from './port-ledger.ts';
import type { AllocationWorld, Claim } from './world.ts';

export type PortPlan =
  | { readonly kind: 'planned'; readonly service: Service; readonly take: Claim[]; readonly release: Claim[] }
  | Refusal;

type Ports = { readonly kind: 'filled'; readonly ports: ServicePort[] } | Refusal;

export function planNodePorts(service: Service, previous: Service | undefined, world: AllocationWorld): PortPlan {
  const ledger = new PortLedger(world, wantedPorts(service));
  let planned = service;
  if (isNodePortType(service) && specOf(service).ports !== undefined) {
    const filled = previous === undefined ? fillOnCreate(service, ledger) : fillOnUpdate(service, previous, ledger);
    if (filled.kind !== 'filled') return filled;
    planned = { ...service, spec: { ...specOf(service), ports: filled.ports } };
  }
  const checked = planHealthCheck(planned, previous, ledger);
  if (checked.kind !== 'planned') return checked;
  return {
    kind: 'planned',
    service: checked.service,
    take: ledger.take,
    release: previous === undefined ? [] : releasedOnUpdate(checked.service, previous),
  };
}

/** Every number the request names. */
const wantedPorts = (service: Service): number[] =>
  [...portsOf(service).map(({ nodePort = 0 }) => nodePort), specOf(service).healthCheckNodePort ?? 0].filter(
    (port) => port !== 0,
  );

/** Q9: only types that open node ports own them; an ExternalName Service may carry numbers it does not own. */
export function ownedNodePorts(service: Service): number[] {
  if (!isNodePortType(service)) return [];
  return [...new Set(portsOf(service).flatMap(({ nodePort }) => (nodePort ? [nodePort] : [])))];
}

export function ownedHealthCheckPort(service: Service): number[] {
  const { healthCheckNodePort = 0 } = specOf(service);
  return needsHealthCheck(service) && healthCheckNodePort > 0 ? [healthCheckNodePort] : [];
}

const release = (kind: 'nodePort' | 'healthCheckNodePort', ports: readonly number[]): Claim[] =>
  ports.map((port) => ({ kind, port, how: 'static' }));

/** What deleting the Service gives back (A54). */
export const releasedPorts = (service: Service): Claim[] => [
  ...release('nodePort', ownedNodePorts(service)),
  ...release('healthCheckNodePort', ownedHealthCheckPort(service)),
];

/** A68: removed entries, changed numbers, types that need none. */
function releasedOnUpdate(service: Service, previous: Service): Claim[] {
  const kept = new Set(ownedNodePorts(service));
  return [
    ...release(
      'nodePort',
      ownedNodePorts(previous).filter((port) => !kept.has(port)),
    ),
    ...release('healthCheckNodePort', needsHealthCheck(service) ? [] : ownedHealthCheckPort(previous)),
  ];
}

const full = (): Refusal => exhausted(`failed to allocate a nodePort: ${rangeFull}`);

const refusePort = (index: number, port: number, reason: string): Refusal =>
  refuse(invalid(`spec.ports[${index}].nodePort`, port, reason));

/** A61: entries with the same port number share one node port, wherever in the list it was asked for. */
function fillOnCreate(service: Service, ledger: PortLedger): Ports {
  const requested = portsOf(service);
  const byNumber = new Map<number, number>();
  const ports: ServicePort[] = [];
  for (const [index, port] of requested.entries()) {
    const own = port.nodePort ?? 0;
    if (own === 0 && !allocatesNodePorts(service)) {
      ports.push(port);
      continue;
    }
    const shared = byNumber.get(port.port);
    if (shared !== undefined) {
      if (own !== 0 && own !== shared) {
        const reason = ledger.reserve('nodePort', own);
        if (reason !== undefined) return refusePort(index, own, reason);
      }
      ports.push(own === 0 ? { ...port, nodePort: shared } : port);
      continue;
    }
    const wanted = requested.find((other) => other.port === port.port && other.nodePort)?.nodePort;
    const reason = wanted === undefined ? undefined : ledger.reserve('nodePort', wanted);
    if (wanted !== undefined && reason !== undefined) return refusePort(index, wanted, reason);
    const nodePort = wanted ?? ledger.pick('nodePort');
    if (nodePort === undefined) return full();
    byNumber.set(port.port, nodePort);
    ports.push({ ...port, nodePort });
  }
  return { kind: 'filled', ports };
}

/** A63: entries stand alone; a number the Service has, or has just taken, is accepted again for another protocol. */
function fillOnUpdate(service: Service, previous: Service, ledger: PortLedger): Ports {
  const owned = new Set(ownedNodePorts(previous));
  const taken = new Set<number>();
  const pairs = new Set<string>();
  const ports: ServicePort[] = [];
  for (const [index, port] of portsOf(service).entries()) {
    let nodePort = port.nodePort ?? 0;
    if (nodePort === 0 && !allocatesNodePorts(service)) {
      ports.push(port);
      continue;
    }
    if (nodePort !== 0) {
      const reason = owned.has(nodePort) || taken.has(nodePort) ? undefined : ledger.reserve('nodePort', nodePort);
      if (reason !== undefined) return refusePort(index, nodePort, reason);
      taken.add(nodePort);
    } else {
      const picked = ledger.pick('nodePort');
      if (picked === undefined) return full();
      nodePort = picked;
    }
    // Q4: upstream answers a bare 500 here.
    const pair = `${port.protocol ?? ''}/${nodePort}`;
    if (pairs.has(pair)) return refuse(duplicate(`spec.ports[${index}].nodePort`, nodePort));
    pairs.add(pair);
    ports.push(port.nodePort === nodePort ? port : { ...port, nodePort });
  }
  return { kind: 'filled', ports };
}

/** A66: once it is needed and was not before. Q5: a conflict is the client's fault and says so. */
function planHealthCheck(
  service: Service,
  previous: Service | undefined,
  ledger: PortLedger,
): { readonly kind: 'planned'; readonly service: Service } | Refusal {
  const needed = needsHealthCheck(service) && (previous === undefined || !needsHealthCheck(previous));
  if (!needed) return { kind: 'planned', service };
  const wanted = specOf(service).healthCheckNodePort ?? 0;
  if (wanted !== 0) {
    const reason = ledger.reserve('healthCheckNodePort', wanted);
    return reason === undefined
      ? { kind: 'planned', service }
      : refuse(invalid('spec.healthCheckNodePort', wanted, reason));
  }
  const picked = ledger.pick('healthCheckNodePort');
  if (picked === undefined) return exhausted(`failed to allocate a HealthCheck NodePort 0: ${rangeFull}`);
  return { kind: 'planned', service: { ...service, spec: { ...specOf(service), healthCheckNodePort: picked } } };
}

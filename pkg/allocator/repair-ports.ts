/**
 * R1–R3: node ports that two Services hold, and those outside the pool. A port is known from the Services alone, so
 * none can leak; Q9: a Service counts with the ports its type owns.
 */
import { portsOf } from '../api/service.ts';
import type { Service } from '../api/types.ts';
import { formatPool, inPool, type NodePortPool } from './node-port-pool.ts';
import { ownedHealthCheckPort, ownedNodePorts } from './node-ports.ts';
import type { Finding, RepairKind } from './repair-addresses.ts';

/** One pass over all Services; the second that shows up with a port is told. */
export class PortCensus {
  readonly #pool: NodePortPool;
  readonly #seen = new Set<number>();

  constructor(pool: NodePortPool) {
    this.#pool = pool;
  }

  count(service: Service): Finding[] {
    return portsUsed(service).flatMap((port) => this.#countOne(service, port));
  }

  #countOne(service: Service, port: number): Finding[] {
    const about = { apiVersion: 'v1', kind: 'Service', ...service };
    const finding = (kind: RepairKind, reason: string, note: string): Finding[] => [
      { kind, about, reason, action: 'PortAllocation', note },
    ];
    if (!inPool(this.#pool, port)) {
      const note = `Port ${port} is not within the port range ${formatPool(this.#pool)}; please recreate service`;
      return finding('outOfRange', 'PortOutOfRange', note);
    }
    if (!this.#seen.has(port)) {
      this.#seen.add(port);
      return [];
    }
    const note = `Port ${port} was assigned to multiple services; please recreate service`;
    return finding('duplicate', 'PortAlreadyAllocated', note);
  }
}

/** R3: a number shared by protocols counts once, one that repeats a protocol twice; the health-check port is TCP. */
function portsUsed(service: Service): number[] {
  const used: number[] = [];
  const protocols = new Map<number, Set<string>>();
  const owned = new Set(ownedNodePorts(service));
  const add = (port: number, protocol: string): void => {
    const seen = protocols.get(port) ?? new Set<string>();
    if (seen.size === 0 || seen.has(protocol)) used.push(port);
    protocols.set(port, seen.add(protocol));
  };
  for (const { nodePort = 0, protocol = 'TCP' } of portsOf(service)) if (owned.has(nodePort)) add(nodePort, protocol);
  for (const port of ownedHealthCheckPort(service)) add(port, 'TCP');
  return used;
}

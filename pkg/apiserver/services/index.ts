/** Services on this server: what takes addresses and ports for them, and who looks after ranges and records. */
import { defaultServiceCidrName, nodePortPool, type NodePortPool } from '../../allocator/index.ts';
import type { KubeObject, ServiceCIDR } from '../../api/types.ts';
import type { Clock } from '../../clock/index.ts';
import { parseCidr, parsePortRange, type PortRange } from '../../ip/index.ts';
import type { MetricRegistry } from '../../metrics/index.ts';
import type { Store } from '../../storage/store.ts';
import { currentGates } from '../../validation/context.ts';
import type { OwnClient } from '../bootstrap/bootstrap.ts';
import type { ObjectStore } from '../registry/object-store.ts';
import type { Registry } from '../registry/registry.ts';
import type { Resource } from '../registry/resource.ts';
import { withTopologyKeys } from '../registry/topology-keys.ts';
import { timestamp } from '../resources/scope.ts';
import { AllocationMetrics } from './allocation-metrics.ts';
import { serviceBehaviour } from './behaviour.ts';
import { Claims } from './claims.ts';
import { DefaultRange } from './default-range.ts';
import { OwnEvents } from './own-events.ts';
import { RangeKeeper } from './range-keeper.ts';
import { withUsage } from './range-usage.ts';
import { RepairCounts } from './repair-counts.ts';
import { PortLocks } from './port-locks.ts';
import { Repairer } from './repairer.ts';

export interface ServiceOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly serviceCidrs: readonly string[];
  /** `30000-32767`, or several separated by commas. */
  readonly nodePortRange: string;
  /** In the same form: ports of the range that nobody gets. */
  readonly reservedNodePorts?: string;
  /** How long the address of a deleted Service rests before another gets it; default: not at all. */
  readonly quarantineMs?: number;
  /** Take `spec.topologyKeys` of 1.17 to 1.21. */
  readonly topologyKeys?: boolean;
}

export interface ServiceParts {
  readonly claims: Claims;
  readonly nodePorts: NodePortPool;
  readonly objects: ObjectStore;
  readonly services: Resource;
  readonly ipAddresses: Resource;
  readonly serviceCidrs: Resource;
  readonly counts: RepairCounts;
}

const portRanges = (text: string): PortRange[] => text.split(',').map((range) => parsePortRange(range));

/** Services take addresses and ports, so their behaviour needs the caches that say which are free. */
export function serveServices(
  options: ServiceOptions,
  registry: Registry,
  objects: ObjectStore,
  metrics: MetricRegistry,
): ServiceParts {
  const {
    store,
    clock,
    serviceCidrs: cidrs,
    nodePortRange,
    reservedNodePorts,
    quarantineMs = 0,
    topologyKeys = false,
  } = options;
  const served = registry.require('', 'services');
  const services = topologyKeys ? withTopologyKeys(served) : served;
  const ipAddresses = registry.require('networking.k8s.io', 'ipaddresses');
  const serviceCidrs = registry.require('networking.k8s.io', 'servicecidrs');
  const reserved = reservedNodePorts === undefined ? [] : portRanges(reservedNodePorts);
  const nodePorts = nodePortPool(portRanges(nodePortRange), reserved);
  const claims = new Claims({
    services: objects.cache(services),
    addresses: objects.cache(ipAddresses),
    serviceCidrs: objects.cache(serviceCidrs),
    families: cidrs.flatMap((cidr) => parseCidr(cidr)?.family ?? []),
    nodePorts,
    random: Math.random,
    quarantineMs,
    clock,
  });
  const measured = new AllocationMetrics(metrics, claims, nodePorts, objects.cache(serviceCidrs));
  const now = (): string => timestamp(clock.now());
  const gates = { ...currentGates, topologyKeys };
  registry.register({
    ...services,
    behaviour: serviceBehaviour({
      claims,
      objects,
      ipAddresses,
      metrics: measured,
      clock,
      now,
      gates,
      ...(store.shared === true ? { portLocks: new PortLocks(store, clock) } : {}),
    }),
  });
  registry.register(withUsage(serviceCidrs, claims));
  return { claims, nodePorts, objects, services, ipAddresses, serviceCidrs, counts: new RepairCounts(metrics) };
}

export interface KeeperOptions {
  readonly clock: Clock;
  readonly stopping: AbortSignal;
  /** Acts as this server. */
  readonly client: OwnClient;
  /** Acts as a controller; absent when somebody else runs the controller of ServiceCIDRs. */
  readonly controller?: OwnClient;
  readonly cidrs: readonly string[];
  readonly kubernetesService: KubeObject;
  readonly onError: (error: unknown) => void;
}

export interface ServiceKeepers {
  readonly idle: boolean;
  /** One more pass of repair over everything. */
  repair(): Promise<void>;
}

/** Resolves once the server's own range and Service are there; the first repair goes on in the background. */
export async function keepServices(
  { claims, nodePorts, objects, services, ipAddresses, serviceCidrs, counts }: ServiceParts,
  { clock, stopping, client, controller, cidrs, kubernetesService, onError }: KeeperOptions,
): Promise<ServiceKeepers> {
  const events = new OwnEvents(client, clock);
  const shared = { events, clock, stopping, onError };
  const stored = (): ServiceCIDR | undefined => objects.get(serviceCidrs, defaultServiceCidrName)?.parse();
  const range = new DefaultRange({ ...shared, client, cidrs, stored, kubernetesService });
  await range.start();
  const caches = { serviceCidrs: objects.cache(serviceCidrs), addresses: objects.cache(ipAddresses) };
  const keeper = controller === undefined ? undefined : new RangeKeeper({ ...shared, ...caches, client: controller });
  keeper?.start();
  const repairer = new Repairer({
    ...shared,
    objects,
    services,
    ipAddresses,
    nodePorts,
    counts,
    cidrs: () => claims.cidrs(),
    isInFlight: (address) => claims.isInFlight(address),
    holders: (address) => claims.holdersOf(address),
  });
  void repairer.start();
  return {
    get idle() {
      return repairer.idle && (keeper?.idle ?? true);
    },
    repair: () => repairer.run(),
  };
}

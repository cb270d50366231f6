/**
 * The one decision behind every write of a Service: families, cluster IPs, node ports and the health-check port, for
 * create and update alike. Nothing is reserved here. The caller takes `take` before it writes (a dynamic claim that
 * loses a race means: mark it taken and plan again, A31), gives `take` back if the write fails, and gives `release`
 * back after it has succeeded (A50–A52, Q7, Q8).
 */
import type { Service } from '../api/types.ts';
import { currentGates, type ValidationContext } from '../validation/context.ts';
import { planClusterIps, releasedAddresses } from './cluster-ips.ts';
import { settleFamilies } from './families.ts';
import { planNodePorts, releasedPorts } from './node-ports.ts';
import type { Refusal } from './outcome.ts';
import type { AllocationWorld, Claim } from './world.ts';

export interface AllocationRequest {
  /** Defaulted; on update also with carried-over values. */
  readonly service: Service;
  /** The stored object, complete as read; absent on create. */
  readonly previous?: Service;
  readonly world: AllocationWorld;
  readonly context?: ValidationContext;
}

export type AllocationPlan =
  | {
      readonly kind: 'planned';
      readonly service: Service;
      readonly take: readonly Claim[];
      readonly release: readonly Claim[];
    }
  | Refusal;

export function planServiceAllocation(request: AllocationRequest): AllocationPlan {
  const { service, previous, world, context = currentGates } = request;
  const families = settleFamilies(service, previous, world.families, context);
  if (families.kind !== 'settled') return families;
  const addresses = planClusterIps(families.service, previous, world);
  if (addresses.kind !== 'planned') return addresses;
  const ports = planNodePorts(addresses.service, previous, world);
  if (ports.kind !== 'planned') return ports;
  return {
    kind: 'planned',
    service: ports.service,
    take: [...addresses.take, ...ports.take],
    release: [...addresses.release, ...ports.release],
  };
}

/** P6, A54: what goes back when the object is really gone. */
export const planServiceRelease = (service: Service): Claim[] => [
  ...releasedAddresses(service),
  ...releasedPorts(service),
];

/**
 * A Service on its way into the store: the pure pipeline decides, this file takes what was decided, writes the
 * IPAddress objects that make it known to everybody (A30, A31), and gives it back when the Service was not stored.
 */
import {
  createService,
  deletedService,
  ipAddressFor,
  ownerOf,
  updateService,
  updateServiceStatus,
  type Accepted,
  type AllocationWorld,
  type Claim,
  type ServiceOutcome,
} from '../../allocator/index.ts';
import { internalError, invalid } from '../../api/status.ts';
import type { KubeObject, Service } from '../../api/types.ts';
import { defaultService } from '../../defaulting/index.ts';
import { formatIp } from '../../ip/index.ts';
import type { Behaviour, Prepared } from '../registry/behaviour.ts';
import type { ObjectStore } from '../registry/object-store.ts';
import type { Resource } from '../registry/resource.ts';
import type { Claims } from './claims.ts';
import type { LockedPorts, PortLocks } from './port-locks.ts';

export interface ServiceBehaviourOptions {
  readonly claims: Claims;
  readonly objects: ObjectStore;
  readonly ipAddresses: Resource;
  /** Of a store that several servers share. */
  readonly portLocks?: PortLocks;
  /** RFC 3339, whole seconds. */
  readonly now: () => string;
}

type PortClaim = Exclude<Claim, { kind: 'clusterIP' }>;
type AddressClaim = Extract<Claim, { kind: 'clusterIP' }>;

const addressesOf = (claims: readonly Claim[]): AddressClaim[] =>
  claims.filter((claim): claim is AddressClaim => claim.kind === 'clusterIP');

/** How often a decision is made again when another server was faster. */
const attempts = 32;

export function serviceBehaviour(options: ServiceBehaviourOptions): Behaviour {
  const { claims } = options;
  return {
    default: (object) => defaultService(object),
    create: (object, { dryRun }) => prepare(options, dryRun, (world) => createService(object, world)),
    update(next, stored, subresource, { dryRun }) {
      if (subresource === 'status') {
        return accepted(updateServiceStatus(next, stored));
      }
      return prepare(options, dryRun, (world) => updateService(next, stored, world));
    },
    deleted(stored) {
      return giveBack(options, deletedService(stored), ownerOf(stored), claims);
    },
  };
}

function accepted(outcome: ServiceOutcome): Prepared {
  if (outcome.kind === 'refused') throw outcome.error;
  return { object: outcome.service, warnings: outcome.warnings };
}

/** Decides and claims in one turn, then records the addresses; a lost race is decided again. */
async function prepare(
  options: ServiceBehaviourOptions,
  dryRun: boolean,
  decide: (world: AllocationWorld) => ServiceOutcome,
): Promise<Prepared> {
  const { claims } = options;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const outcome = decide(claims.world());
    if (outcome.kind === 'refused') throw outcome.error;
    const prepared = { object: outcome.service, warnings: outcome.warnings };
    if (dryRun || (outcome.take.length === 0 && outcome.release.length === 0)) return prepared;
    const owner = ownerOf(outcome.service);
    claims.take(outcome.take, owner);
    const locked = await lockPorts(options, outcome);
    if ('lost' in locked) {
      claims.giveBack(outcome.take, owner);
      if (locked.lost.how === 'static') throw portTakenMeanwhile(outcome.service, locked.lost);
      continue;
    }
    const lost = await recordAddresses(options, outcome);
    if (lost === undefined) {
      const settle = async (given: readonly Claim[]): Promise<void> => {
        await giveBack(options, given, owner, claims);
        await locked.release();
      };
      const reservation = { commit: () => settle(outcome.release), rollback: () => settle(outcome.take) };
      return { ...prepared, reservation };
    }
    await locked.release();
    if (lost.how === 'static') throw takenMeanwhile(outcome.service, lost);
  }
  throw internalError('failed to allocate a serviceIP: too many conflicts with other writers');
}

/** The first claim that somebody else already holds, after everything else was given back; undefined when all are ours. */
async function recordAddresses(
  options: ServiceBehaviourOptions,
  { service, take }: Accepted,
): Promise<AddressClaim | undefined> {
  const { objects, ipAddresses, claims } = options;
  const { namespace = '', name = '' } = service.metadata;
  for (const claim of addressesOf(take)) {
    const record = ipAddressFor(claim.ip, { namespace, name });
    const metadata = { ...record.metadata, uid: crypto.randomUUID(), creationTimestamp: options.now() };
    const stored = await objects.create(ipAddresses, record.metadata.name ?? '', { ...record, metadata });
    if (!stored.ok) {
      await giveBack(options, take, ownerOf(service), claims);
      return claim;
    }
  }
  return undefined;
}

const noPorts: LockedPorts = { release: async () => undefined };

/** A64 between servers: locked first, then looked for in everything that was stored until then. */
async function lockPorts(
  { portLocks, objects, claims }: ServiceBehaviourOptions,
  { service, take }: Accepted,
): Promise<LockedPorts | { readonly lost: PortClaim }> {
  const wanted = take.filter((claim): claim is PortClaim => claim.kind !== 'clusterIP');
  if (portLocks === undefined || wanted.length === 0) return noPorts;
  const locked = await portLocks.lock(wanted.map(({ port }) => port));
  const lostTo = (port: number): PortClaim | undefined => wanted.find((claim) => claim.port === port);
  const [first] = wanted;
  if (typeof locked === 'number') return { lost: lostTo(locked) ?? (first as PortClaim) };
  try {
    await objects.refresh();
  } catch (error) {
    claims.giveBack(take, ownerOf(service));
    await locked.release();
    throw error;
  }
  const taken = wanted.find(({ port }) => claims.isHeldByOthers(port, ownerOf(service)));
  if (taken === undefined) return locked;
  await locked.release();
  return { lost: taken };
}

function portTakenMeanwhile(service: Service, { kind, port }: PortClaim): Error {
  const index = service.spec?.ports?.findIndex(({ nodePort }) => nodePort === port) ?? 0;
  return invalid('Service', '', service.metadata.name ?? '', [
    {
      type: 'FieldValueInvalid',
      field: kind === 'nodePort' ? `spec.ports[${index}].nodePort` : 'spec.healthCheckNodePort',
      message: `Invalid value: ${port}: provided port is already allocated`,
    },
  ]);
}

function takenMeanwhile(service: Service, { ip }: AddressClaim): Error {
  const text = formatIp(ip);
  return invalid('Service', '', service.metadata.name ?? '', [
    {
      type: 'FieldValueInvalid',
      field: 'spec.clusterIPs',
      message: `Invalid value: ${JSON.stringify(service.spec?.clusterIPs ?? [text])}: failed to allocate IP ${text}: provided IP is already allocated`,
    },
  ]);
}

/** Lets go of claims, the IPAddress objects first: whoever sees the address free may take it. */
async function giveBack(
  { objects, ipAddresses }: ServiceBehaviourOptions,
  given: readonly Claim[],
  owner: string,
  claims: Claims,
): Promise<void> {
  for (const { ip } of addressesOf(given)) {
    const entry = objects.get(ipAddresses, formatIp(ip));
    if (entry !== undefined && belongsTo(entry.parse(), owner)) await objects.remove(ipAddresses, entry);
  }
  claims.giveBack(given, owner);
}

function belongsTo(address: KubeObject, owner: string): boolean {
  const spec = address['spec'] as { parentRef?: { namespace?: string; name?: string } } | undefined;
  return `${spec?.parentRef?.namespace ?? ''}/${spec?.parentRef?.name ?? ''}` === owner;
}

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
import { isExternalName, specOf } from '../../api/service.ts';
import { internalError, invalid, type StatusError } from '../../api/status.ts';
import type { KubeObject, Service } from '../../api/types.ts';
import type { Clock } from '../../clock/index.ts';
import { defaultService } from '../../defaulting/index.ts';
import { formatIp } from '../../ip/index.ts';
import type { ValidationContext } from '../../validation/context.ts';
import type { Behaviour, Prepared } from '../registry/behaviour.ts';
import type { ObjectStore } from '../registry/object-store.ts';
import type { Resource } from '../registry/resource.ts';
import type { AllocationMetrics } from './allocation-metrics.ts';
import type { Claims, Taken } from './claims.ts';
import type { LockedPorts, PortLocks } from './port-locks.ts';

export interface ServiceBehaviourOptions {
  readonly claims: Claims;
  readonly objects: ObjectStore;
  readonly ipAddresses: Resource;
  readonly metrics: AllocationMetrics;
  readonly clock: Clock;
  readonly gates: ValidationContext;
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
  return {
    default: (object) => defaultService(object),
    create: (object, { dryRun }) => prepare(options, dryRun, (world) => createService(object, world, options.gates)),
    update(next, stored, subresource, { dryRun }) {
      if (subresource === 'status') {
        return accepted(updateServiceStatus(next, stored, options.gates));
      }
      return prepare(options, dryRun, (world) => updateService(next, stored, world, options.gates));
    },
    deleted(stored) {
      return giveBack(options, deletedService(stored), ownerOf(stored));
    },
  };
}

function accepted(outcome: ServiceOutcome): Prepared {
  if (outcome.kind === 'refused') throw outcome.error;
  return { object: asStored(outcome.service), warnings: outcome.warnings };
}

/** D24: an ExternalName Service never shows the policy, so it need not be kept either. */
function asStored(service: Service): Service {
  if (!isExternalName(service)) return service;
  const { internalTrafficPolicy: _, ...spec } = specOf(service);
  return { ...service, spec };
}

/** Decides and claims in one turn, then records the addresses; a lost race is decided again. */
async function prepare(
  options: ServiceBehaviourOptions,
  dryRun: boolean,
  decide: (world: AllocationWorld) => ServiceOutcome,
): Promise<Prepared> {
  const { claims, metrics, clock } = options;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const start = clock.monotonic();
    const outcome = decide(claims.world());
    if (outcome.kind === 'refused') {
      countRefusal(metrics, outcome.error);
      throw outcome.error;
    }
    const prepared = { object: asStored(outcome.service), warnings: outcome.warnings };
    if (dryRun || (outcome.take.length === 0 && outcome.release.length === 0)) return prepared;
    const owner = ownerOf(outcome.service);
    const taken = claims.take(outcome.take);
    const locked = await lockPorts(options, outcome, taken);
    if ('lost' in locked) {
      taken.end();
      if (locked.lost.how === 'static') throw portTakenMeanwhile(outcome.service, locked.lost);
      continue;
    }
    const rollback = async (): Promise<void> => {
      await giveBack(options, outcome.take, owner);
      taken.end();
      await locked.release();
    };
    const lost = await recordAddresses(options, outcome).catch(async (error: unknown) => {
      await rollback();
      throw error;
    });
    if (lost === undefined) {
      metrics.given(outcome.take, (clock.monotonic() - start) / 1000);
      const commit = async (): Promise<void> => {
        // What is stored now holds them.
        taken.end();
        await giveBack(options, outcome.release, owner);
        await locked.release();
      };
      return { ...prepared, reservation: { commit, rollback } };
    }
    await rollback();
    metrics.lost(lost);
    if (lost.how === 'static') throw takenMeanwhile(outcome.service, lost);
  }
  throw internalError('failed to allocate a serviceIP: too many conflicts with other writers');
}

/** R10 counts what a range could not give, not what was wrong with the rest of the request. */
function countRefusal(metrics: AllocationMetrics, { status }: StatusError): void {
  const { message = '' } = status;
  if (message.includes('failed to allocate IP ')) metrics.refused('ip', 'static');
  else if (message.includes('failed to allocate a serviceIP')) metrics.refused('ip', 'dynamic');
  else if (message.includes('provided port is ')) metrics.refused('port', 'static');
  else if (message.includes('failed to allocate a nodePort')) metrics.refused('port', 'dynamic');
}

/** The first claim that somebody else already holds; undefined when all are ours. */
async function recordAddresses(
  options: ServiceBehaviourOptions,
  { service, take }: Accepted,
): Promise<AddressClaim | undefined> {
  const { objects, ipAddresses } = options;
  const { namespace = '', name = '' } = service.metadata;
  for (const claim of addressesOf(take)) {
    const record = ipAddressFor(claim.ip, { namespace, name });
    const metadata = { ...record.metadata, uid: crypto.randomUUID(), creationTimestamp: options.now() };
    const stored = await objects.create(ipAddresses, record.metadata.name ?? '', { ...record, metadata });
    if (!stored.ok) return claim;
  }
  return undefined;
}

const noPorts: LockedPorts = { release: async () => undefined };

/** A64 between servers: locked first, then looked for in everything that was stored until then. */
async function lockPorts(
  { portLocks, objects }: ServiceBehaviourOptions,
  { service, take }: Accepted,
  taken: Taken,
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
    taken.end();
    await locked.release();
    throw error;
  }
  const lost = wanted.find(({ port }) => taken.isSharedBeyond(port, ownerOf(service)));
  if (lost === undefined) return locked;
  await locked.release();
  return { lost };
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

/** Lets go of addresses: whoever sees the end of the record may take one. Node ports go with what is stored. */
async function giveBack(
  { objects, ipAddresses, claims }: ServiceBehaviourOptions,
  given: readonly Claim[],
  owner: string,
): Promise<void> {
  for (const { ip } of addressesOf(given)) {
    const entry = objects.get(ipAddresses, formatIp(ip));
    if (entry !== undefined && belongsTo(entry.parse(), owner)) await objects.remove(ipAddresses, entry);
    claims.letGo(ip, owner);
  }
}

function belongsTo(address: KubeObject, owner: string): boolean {
  const spec = address['spec'] as { parentRef?: { namespace?: string; name?: string } } | undefined;
  return `${spec?.parentRef?.namespace ?? ''}/${spec?.parentRef?.name ?? ''}` === owner;
}

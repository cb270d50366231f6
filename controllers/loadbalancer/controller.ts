/**
 * The LoadBalancer controller: gives addresses of LoadBalancerPools to Services of type LoadBalancer.
 *
 * Owns: `status.loadBalancer.ingress` and one condition of Services without a class, or of ours, and the status of pools.
 * Watches: Services, Namespaces, LoadBalancerPools. One plan over all of them at a time, so no two Services race (L53).
 */
import type { ResourceType } from '../../pkg/api/resources.ts';
import { namespaces, services } from '../../pkg/api/resources.ts';
import { isStatusError } from '../../pkg/api/status.ts';
import type { KubeObject, Service } from '../../pkg/api/types.ts';
import type { ControllerContext, RunningController } from '../../pkg/reconcile/index.ts';
import { queueOf, runController } from '../../pkg/reconcile/index.ts';
import type { WorkContext } from '../../pkg/workqueue/index.ts';
import { planAddresses, type Verdict } from './plan.ts';
import { readPools, type LoadBalancerPool } from './pool.ts';
import { conditionOf } from './condition.ts';
import { withUsage, withVerdict } from './status.ts';
import { isOurs } from './wish.ts';

export const loadBalancerPools: ResourceType = {
  group: 'fairlead.dev',
  version: 'v1',
  resource: 'loadbalancerpools',
  kind: 'LoadBalancerPool',
  namespaced: false,
};

export interface LoadBalancerOptions {
  /** L1: Services without a class are ours; default true. */
  readonly withoutClass?: boolean;
  /** L54: ranges that no pool may touch. */
  readonly reserved?: readonly string[];
}

const name = 'loadbalancer';
const everything = 'all';
/** Enough to spread reuse, little enough to forget. */
const rememberedReleases = 10_000;

/** Asks for its informers at once; start the factory after all controllers have done so. */
export function startLoadBalancerController(
  context: ControllerContext & { readonly options?: LoadBalancerOptions },
): RunningController {
  const { client, clock, informers, options = {} } = context;
  const log = context.log.child({ controller: name });
  const events = context.events('load-balancer');
  const queue = queueOf({ ...context, log }, name);
  const serviceInformer = informers.for<Service>(services);
  const namespaceInformer = informers.for<KubeObject>(namespaces);
  const poolInformer = informers.for<LoadBalancerPool>(loadBalancerPools);
  const again = (): void => queue.add(everything);
  /** L52: what was decided and is not in the cache yet. */
  const decided = new Map<string, Verdict>();
  const released = new Map<string, number>();
  let clockOfReleases = 0;

  serviceInformer.addHandler({
    add: again,
    update: again,
    delete: (service) => {
      decided.delete(service.metadata.uid ?? '');
      for (const { ip = '' } of service.status?.loadBalancer?.ingress ?? []) {
        released.set(ip, (clockOfReleases += 1));
        if (released.size > rememberedReleases) released.delete(released.keys().next().value ?? '');
      }
      again();
    },
  });
  for (const informer of [namespaceInformer, poolInformer])
    informer.addHandler({ add: again, update: again, delete: again });

  const current = (service: Service): Service => {
    const verdict = decided.get(service.metadata.uid ?? '');
    return verdict === undefined ? service : (withVerdict({ ...verdict, service }, '') ?? service);
  };

  const write = async (verdict: Verdict, signal: AbortSignal): Promise<void> => {
    const { service, addresses, reason, message } = verdict;
    const uid = service.metadata.uid ?? '';
    const stored = serviceInformer.store.get(`${service.metadata.namespace}/${service.metadata.name}`);
    const next = stored && withVerdict({ ...verdict, service: stored }, timestamp(clock.now()));
    if (stored === undefined || next === undefined) {
      decided.delete(uid);
      return;
    }
    decided.set(uid, verdict);
    await client.update(services, next, { subresource: 'status', signal });
    if (conditionOf(stored)?.reason === reason && addresses.length === 0) return;
    if (reason === 'assigned') events.event(service, 'Normal', 'AddressAssigned', message);
    else events.event(service, 'Warning', 'AddressPending', `${reason}: ${message}`);
  };

  const sync = async (_: string, { signal }: WorkContext): Promise<void> => {
    const objects = poolInformer.store.list();
    const pools = readPools(objects, options.reserved);
    const ours = serviceInformer.store.list().filter((service) => isOurs(service, options.withoutClass ?? true));
    const plan = planAddresses({
      pools,
      services: ours.map(current),
      namespaceLabels: (namespace) => namespaceInformer.store.get(namespace)?.metadata.labels ?? {},
      released,
    });
    let failure: unknown;
    const tryTo = async (work: Promise<unknown>): Promise<void> => {
      try {
        await work;
      } catch (error) {
        // Somebody was faster or it is gone: its event brings us back.
        if (!isStatusError(error, 'Conflict') && !isStatusError(error, 'NotFound')) failure ??= error;
      }
    };
    for (const verdict of plan.verdicts) await tryTo(write(verdict, signal));
    for (const pool of objects) {
      const poolName = pool.metadata.name ?? '';
      const next = withUsage(pool, plan.usage.get(poolName) ?? [], pools.refused.get(poolName), timestamp(clock.now()));
      if (next !== undefined) await tryTo(client.update(loadBalancerPools, next, { subresource: 'status', signal }));
    }
    if (failure !== undefined) throw failure;
  };

  return runController({
    name,
    context: { ...context, log },
    queue,
    sync,
    workers: 1,
    watched: [serviceInformer, namespaceInformer, poolInformer],
    prepare: again,
  });
}

const timestamp = (now: number): string => new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');

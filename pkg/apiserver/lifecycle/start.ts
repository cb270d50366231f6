/** What works in the background of a server, and which of several servers it works in. */
import type { OwnClient } from '../bootstrap/bootstrap.ts';
import type { ApiServerOptions } from '../server-options.ts';
import { GarbageCollector } from './garbage-collector.ts';
import { sole, SharedLeadership, type Leadership } from './leadership.ts';
import { NamespaceKeeper } from './namespaces.ts';
import { QuotaKeeper } from './quota-keeper.ts';
import { RoleAggregation } from './role-aggregation.ts';

export interface Keeper {
  readonly idle: boolean;
  wake(): void;
}

/** A store of one server's own needs no election. */
export function makeLeadership(
  { store, clock, lifecycle, onError }: ApiServerOptions,
  stopping: AbortSignal,
  keepers: () => readonly Keeper[],
): Leadership {
  if (store.shared !== true || !lifecycle) return sole;
  const onChange = (leads: boolean): void => {
    if (leads) for (const keeper of keepers()) keeper.wake();
  };
  return new SharedLeadership({ store, clock, stopping, onChange, onError });
}

/** `controller`: as whom the status of quotas is written. */
export function startLifecycle(
  options: ConstructorParameters<typeof NamespaceKeeper>[0],
  controller: OwnClient,
): Keeper[] {
  const keeper = new NamespaceKeeper(options);
  const collector = new GarbageCollector(options);
  const aggregation = new RoleAggregation(options);
  const quotas = new QuotaKeeper({ ...options, client: controller });
  const keepers = [keeper, collector, aggregation, quotas];
  for (const part of keepers) part.start();
  return keepers;
}

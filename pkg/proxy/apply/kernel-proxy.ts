/**
 * The node proxy in a kernel mode: one tracker, back end and sync loop a family (G56), fed by one source. The order
 * within a sync is M5: write, then say so, then health ports, then stale flows; after a failure nothing of the rest.
 */
import { systemClock } from '../../clock/index.ts';
import type { Clock } from '../../clock/index.ts';
import { ProxyTracker, type Family, type NodeModel } from '../model/index.ts';
import type { ProxySource } from '../userspace/index.ts';
import type { BackEnd, SyncReport } from './back-end.ts';
import { cleanStaleFlows } from './conntrack.ts';
import { ProxyHealth } from './proxy-health.ts';
import type { ChangeKind } from './proxy-metrics.ts';
import type { Runner } from './runner.ts';
import { serviceHealthOf, ServiceHealthServers, type ServiceHealthOptions } from './service-health.ts';
import { SyncLoop } from './sync-loop.ts';
import { TriggerTimes } from './trigger-times.ts';

export interface KernelProxyOptions {
  readonly source: ProxySource;
  readonly nodeName: string;
  /** A back end for each family to be served. */
  readonly backEnds: Readonly<Partial<Record<Family, BackEnd>>>;
  readonly run: Runner;
  /** This node's addresses, for node port flows (C5). Default none. */
  readonly nodeAddresses?: readonly string[];
  readonly serviceProxyName?: string;
  readonly clock?: Clock;
  /** Defaults: 1 s between syncs, 30 s until a retry, 1 h until a full one (M1). */
  readonly minSyncPeriodMs?: number;
  readonly syncPeriodMs?: number;
  readonly maxIntervalMs?: number;
  readonly serviceHealth?: Omit<ServiceHealthOptions, 'isProxyHealthy'>;
  /** Health goes by iptables' period in every mode (H10). Default `syncPeriodMs`. */
  readonly healthPeriodMs?: number;
  /** What is known of the node's labels before its object comes. Default none. */
  readonly nodeLabels?: Readonly<Record<string, string>>;
  readonly onChange?: (kind: ChangeKind) => void;
  readonly onQueued?: (family: Family) => void;
  readonly onSync?: (result: SyncResult) => void;
  readonly onFailure?: (family: Family, error: Error, full: boolean) => void;
}

export interface SyncResult extends SyncReport {
  readonly family: Family;
  readonly full: boolean;
  readonly durationMs: number;
  /** Absent when nothing of UDP changed (C7). */
  readonly flows: { readonly deleted: number; readonly durationMs: number } | undefined;
  /** How long each change in it had waited since its trigger (M6). */
  readonly programmingMs: readonly number[];
}

export interface KernelProxy {
  readonly health: ProxyHealth;
  models(): NodeModel[];
  /** Writes everything anew, as soon as it may. */
  resync(): void;
  /** Stops syncing; what is in the kernel stays, so that traffic goes on (S93). */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Nothing is written before the source has delivered its initial objects (G6). */
export function startKernelProxy(options: KernelProxyOptions): KernelProxy {
  const clock = options.clock ?? systemClock;
  const { syncPeriodMs = 30_000, minSyncPeriodMs = 1000, maxIntervalMs = 3_600_000 } = options;
  const health = new ProxyHealth(clock, options.healthPeriodMs ?? syncPeriodMs);
  const healthServers = new ServiceHealthServers({
    ...options.serviceHealth,
    isProxyHealthy: () => health.isHealthy(),
  });
  const nodeAddresses = new Set(options.nodeAddresses);
  const name = options.serviceProxyName;
  const node = { name: options.nodeName, labels: options.nodeLabels ?? {} };
  const trackers = (Object.keys(options.backEnds) as Family[]).map((family) => ({
    family,
    triggers: new TriggerTimes(clock.now()),
    tracker: new ProxyTracker({
      family,
      node,
      ...(name === undefined ? {} : { serviceProxyName: name }),
    }),
  }));
  const models = (): NodeModel[] => trackers.map(({ tracker }) => tracker.model());

  const sides = trackers.map(({ family, tracker, triggers }) => {
    const sync = async (full: boolean): Promise<number | undefined> => {
      const startedAt = clock.monotonic();
      const backEnd = options.backEnds[family];
      if (backEnd === undefined) return undefined;
      const change = tracker.checkout();
      const model = tracker.model();
      const report = await backEnd.sync(model, full ? undefined : change);
      const programmingMs = triggers.take(clock.now());
      health.updated(family);
      await healthServers.sync(serviceHealthOf(models()));
      const touchesUdp = [...change.updated, ...change.removed].some(({ service }) => service.protocol === 'UDP');
      const durationMs = clock.monotonic() - startedAt;
      const flows =
        full || touchesUdp // C7
          ? {
              deleted: await cleanStaleFlows(options.run, family, model.ports, nodeAddresses),
              durationMs: clock.monotonic() - startedAt - durationMs,
            }
          : undefined;
      options.onSync?.({ ...report, family, full, flows, programmingMs, durationMs });
      return report.againAfterMs;
    };
    const loop = new SyncLoop({
      clock,
      minIntervalMs: minSyncPeriodMs,
      retryMs: syncPeriodMs,
      maxIntervalMs,
      sync: (full) =>
        sync(full).catch((error: unknown) => {
          options.onFailure?.(family, error as Error, full);
          throw error;
        }),
    });
    return { family, tracker, triggers, loop };
  });

  let synced = false;
  const each = (
    kind: ChangeKind | undefined,
    change: (tracker: ProxyTracker, triggers: TriggerTimes) => boolean,
  ): void => {
    if (kind !== undefined) options.onChange?.(kind);
    for (const { family, tracker, triggers, loop } of sides) {
      if (!change(tracker, triggers) || !synced) continue;
      health.queued(family);
      options.onQueued?.(family);
      loop.request();
    }
  };
  const watch = watchCanary(clock, syncPeriodMs, () => {
    for (const { loop, family } of synced ? sides : []) {
      const look = options.backEnds[family]?.isIntact() ?? Promise.resolve(true);
      look.then(
        (intact) => (intact ? undefined : loop.request(true)),
        (error: unknown) => options.onFailure?.(family, error as Error, true),
      );
    }
  });
  const unsubscribe = options.source.subscribe({
    serviceChanged: (service) => each('service', (tracker) => tracker.applyService(service)),
    serviceGone: (key) => each('service', (tracker) => tracker.removeService(key)),
    sliceChanged: (slice) =>
      each('endpoint', (tracker, triggers) => {
        const changed = tracker.applySlice(slice);
        if (changed) triggers.noted(slice);
        return changed;
      }),
    sliceGone: (key) =>
      each('endpoint', (tracker, triggers) => {
        triggers.gone(key);
        return tracker.removeSlice(key);
      }),
    nodeChanged: (node) => {
      if (node.metadata.name !== options.nodeName) return;
      health.nodeChanged(node);
      const labels = node.metadata.labels ?? {};
      each(undefined, (tracker) => tracker.setNode({ name: options.nodeName, labels }));
    },
    synced: () => {
      synced = true;
      for (const { loop } of sides) loop.request(true);
    },
  });

  const resync = (): void => {
    for (const { loop } of synced ? sides : []) loop.request(true);
  };
  const stop = async (): Promise<void> => {
    unsubscribe();
    watch.cancel();
    await Promise.all(sides.map(({ loop }) => loop.stop()));
    await healthServers.close();
  };
  return { health, models, resync, stop, [Symbol.asyncDispose]: stop };
}

/** I68: looks every period whether our rules are still there. */
function watchCanary(clock: Clock, periodMs: number, look: () => void): { cancel(): void } {
  let cancelled = false;
  let timer = clock.after(periodMs, again);
  function again(): void {
    if (cancelled) return;
    look();
    timer = clock.after(periodMs, again);
  }
  return {
    cancel: () => {
      cancelled = true;
      timer.cancel();
    },
  };
}

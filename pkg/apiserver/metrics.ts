/** O30: what the server counts, under upstream's names. Label values come from the registry, never from a URL (S34). */
import { exponentialBuckets, type MetricRegistry } from '../metrics/index.ts';
import type { AccessRecord } from './handler.ts';
import type { InFlightLimit } from './limits/in-flight.ts';
import type { WatchLimit } from './limits/watches.ts';
import type { Registry } from './registry/registry.ts';
import type { WatchCache } from './watchcache/cache.ts';

const requestLabels = ['verb', 'group', 'version', 'resource', 'subresource', 'scope', 'component'];

export interface MetricParts {
  readonly metrics: MetricRegistry;
  readonly registry: Registry;
  readonly caches: ReadonlyMap<string, WatchCache>;
  readonly inFlight: InFlightLimit;
  readonly watches: WatchLimit;
}

/** Registers the families and returns what is called after every request. */
export function serverMetrics({
  metrics,
  registry,
  caches,
  inFlight,
  watches,
}: MetricParts): (record: AccessRecord) => void {
  const total = metrics.counter({
    name: 'apiserver_request_total',
    help: 'Requests answered, by verb, resource and code.',
    labels: [...requestLabels, 'code', 'dry_run'],
  });
  const duration = metrics.histogram({
    name: 'apiserver_request_duration_seconds',
    help: 'Time to answer, watches excepted.',
    labels: [...requestLabels, 'dry_run'],
    buckets: exponentialBuckets(0.0005, 2, 16),
  });
  const current = metrics.gauge({
    name: 'apiserver_current_inflight_requests',
    help: 'Requests under way that count against the limits.',
    labels: ['request_kind'],
  });
  current.with({ request_kind: 'readOnly' }).readBy(() => inFlight.current.reads);
  current.with({ request_kind: 'mutating' }).readBy(() => inFlight.current.writes);
  metrics
    .gauge({ name: 'apiserver_longrunning_requests', help: 'Open watches.', labels: ['verb'] })
    .with({ verb: 'WATCH' })
    .readBy(() => watches.open);
  countObjects(metrics, registry, caches);
  return (record) => {
    const labels = labelsOf(record, registry);
    total.with({ ...labels, code: String(record.status) }).inc();
    if (labels['verb'] !== 'WATCH') duration.with(labels).observe(record.durationMs / 1000);
  };
}

function countObjects(metrics: MetricRegistry, registry: Registry, caches: ReadonlyMap<string, WatchCache>): void {
  const objects = metrics.gauge({
    name: 'apiserver_resource_objects',
    help: 'Objects stored.',
    labels: ['group', 'resource'],
  });
  for (const { group, resource, storagePrefix } of registry.all()) {
    const cache = caches.get(`/registry/${storagePrefix}/`);
    if (cache !== undefined) objects.with({ group, resource }).readBy(() => cache.size);
  }
}

function labelsOf({ info, request }: AccessRecord, registry: Registry): Record<string, string> {
  const dryRun = request.query.get('dryRun') === 'All' ? 'All' : '';
  const endpoint = info?.kind === 'resource' ? registry.endpoint(info.group, info.version, info.resource) : undefined;
  if (info?.kind !== 'resource' || endpoint === undefined) {
    return { verb: request.method === 'GET' ? 'GET' : 'OTHER', component: 'apiserver', dry_run: dryRun };
  }
  const scope = info.name !== '' ? 'resource' : info.namespace !== '' ? 'namespace' : 'cluster';
  const known = endpoint.version.subresources.some(({ name }) => name === info.subresource);
  return {
    verb: info.verb === 'update' ? 'PUT' : info.verb.toUpperCase(),
    group: info.group,
    version: info.version,
    resource: info.resource,
    subresource: known ? info.subresource : '',
    scope,
    component: 'apiserver',
    dry_run: dryRun,
  };
}

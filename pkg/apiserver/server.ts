/**
 * The API server, put together: store, caches, registry, admission, handler, port. Start-up order is the order of this
 * file: open what is stored, fill the caches, listen, write what a new cluster needs, then say ready.
 */
import { Exporter, MetricRegistry } from '../metrics/index.ts';
import { StoreUnavailableError } from '../storage/index.ts';
import { defaultAdmission } from './admission/index.ts';
import { Authenticator } from './authn/authenticator.ts';
import { loadIdentity, type Identity } from './authn/certificates.ts';
import { ServiceAccountTokens, type HolderLookup } from './authn/service-account-tokens.ts';
import { Authorizer } from './authz/authorizer.ts';
import { storedRoles } from './authz/stored-roles.ts';
import { OwnClient } from './bootstrap/bootstrap.ts';
import { kubernetesService } from './bootstrap/kubernetes-service.ts';
import { bootstrapObjects } from './bootstrap/objects.ts';
import { keepOwnEndpoints, ownPlace } from './bootstrap/own-endpoints.ts';
import type { ServerCore } from './core.ts';
import { compileRules } from '../customresources/index.ts';
import { DefinitionKeeper } from './customresources/keeper.ts';
import { customCaches, serveDefinitions } from './customresources/serve-definitions.ts';
import { Discovery } from './discovery/handler.ts';
import { createHandler, type Handler } from './handler.ts';
import { Health } from './health/health.ts';
import { watchStorage } from './health/watch-storage.ts';
import { listen, type Listener } from './http/listener.ts';
import { text } from './http/respond.ts';
import { SharedLeadership } from './lifecycle/leadership.ts';
import { makeLeadership, startLifecycle } from './lifecycle/start.ts';
import { defaultInFlight, InFlightLimit } from './limits/in-flight.ts';
import { defaultWatchLimits, WatchLimit } from './limits/watches.ts';
import { serverMetrics } from './metrics.ts';
import { OpenApi } from './openapi/handler.ts';
import { QuotaBook } from './quota/book.ts';
import { builtinResources } from './registry/builtin.ts';
import { keyOf, ObjectStore, prefixOf } from './registry/object-store.ts';
import { loadBalancerPoolResource } from './registry/load-balancer-pools.ts';
import { Registry } from './registry/registry.ts';
import { keepServices, serveServices } from './services/index.ts';
import { clientAuthorities, identityOptions, pagePolicy } from './server-names.ts';
import type { ApiServerOptions } from './server-options.ts';
import { versionInfo } from './version.ts';
import { WatchCache } from './watchcache/cache.ts';
import { Feed } from './watchcache/feed.ts';
import { HistoryBudget } from './watchcache/history-budget.ts';

export interface ApiServer {
  readonly handle: Handler;
  readonly core: ServerCore;
  readonly identity: Identity;
  /** `https://127.0.0.1:6443`; empty without a port. */
  readonly url: string;
  /** No background work under way: namespaces furnished, garbage collected. */
  readonly idle: boolean;
  /** Looks through all Services, addresses and ports now, and mends what does not fit together. */
  repair(): Promise<void>;
  stop(): Promise<void>;
}

/** What the kubernetes Service leads to when this server has no port of its own. */
const defaultPort = 6443;

const issuer = 'https://kubernetes.default.svc';

export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const stopping = new AbortController();
  try {
    return await start(options, stopping);
  } catch (error) {
    stopping.abort();
    throw error;
  }
}

async function start(options: ApiServerOptions, stopping: AbortController): Promise<ApiServer> {
  const { store, clock } = options;
  const registry = new Registry();
  for (const resource of builtinResources(options)) registry.register(resource);
  if (options.loadBalancerPools === true) registry.register(loadBalancerPoolResource());
  const lost = (error: Error): void => {
    if (!stopping.signal.aborted) options.onError(error);
  };
  const feed = new Feed(store, lost, clock);
  const caches = new Map<string, WatchCache>();
  const budget = new HistoryBudget();
  for (const resource of registry.all()) {
    const prefix = prefixOf(resource);
    if (caches.has(prefix)) continue;
    const cache = new WatchCache(prefix, clock, budget);
    caches.set(prefix, cache);
    feed.add(cache);
  }
  const identity = loadIdentity(identityOptions(options));
  await feed.start(stopping.signal);
  const objects = new ObjectStore(store, feed, caches, () => clock.now());
  serveDefinitions(clock, registry);
  const inFlight = new InFlightLimit(options.inFlight ?? defaultInFlight);
  const watches = new WatchLimit(options.watchLimits ?? defaultWatchLimits);
  const metrics = options.metrics ?? new MetricRegistry();
  const services = serveServices(options, registry, objects, metrics);
  const exporter = new Exporter(metrics, { process: options.processMetrics ?? false });
  const count = serverMetrics({ metrics, registry, caches, inFlight, watches });
  const storage = watchStorage(options, stopping.signal);
  const core = makeCore(options, { watches, registry, feed, objects, identity, stopping: stopping.signal });
  let address = '';
  let booted = false;
  const answering = createHandler({
    core,
    discovery: new Discovery(registry, () => address),
    openApi: new OpenApi(registry),
    health: new Health([
      { name: 'etcd', live: false, problem: () => storage.problem },
      { name: 'poststarthook/bootstrap', live: false, problem: () => (booted ? undefined : 'still writing') },
    ]),
    version: versionInfo(),
    inFlight,
    pages: pagePolicy(options),
    metrics: async ({ headers }) => {
      const { contentType, body } = await exporter.scrape(headers['accept']);
      return text(200, body, { 'content-type': contentType });
    },
    // What was under way when the server was told to end finds the store closed; nobody waits for it.
    onPanic: (error, auditId) => {
      if (!(stopping.signal.aborted && error instanceof StoreUnavailableError)) options.onPanic(error, auditId);
    },
    observe: (record) => {
      count(record);
      options.observe?.(record);
    },
  });
  const handle = options.intercept?.(answering) ?? answering;
  const client = new OwnClient(handle, registry, objects, 'kube-apiserver');
  const { onError } = options;
  const controller = new OwnClient(handle, registry, objects, 'kube-controller-manager');
  const definitions = new DefinitionKeeper({
    core,
    client,
    compileRules,
    onError,
    ...customCaches(clock, feed, caches, budget),
  });
  await definitions.start();
  const leadership = makeLeadership(options, stopping.signal, () => keepers);
  const keepers = options.lifecycle
    ? startLifecycle({ core, client, leadership, ca: identity.ca.cert, onError }, controller)
    : [];
  if (leadership instanceof SharedLeadership) await leadership.start();
  const listener = await open(options, identity, handle);
  for (const wave of bootstrapObjects({ clientCa: clientAuthorities(options, identity), now: clock.now() })) {
    await Promise.all(wave.map((object) => client.createIfAbsent(object)));
  }
  const serviceKeepers = await keepServices(services, {
    clock,
    stopping: stopping.signal,
    client,
    ...(options.lifecycle ? { controller } : {}),
    cidrs: options.serviceCidrs,
    kubernetesService: kubernetesService(options.serviceCidrs, listener?.port ?? defaultPort),
    onError: options.onError,
  });
  if (listener !== undefined) {
    const place = ownPlace(options, listener.port);
    if (place !== undefined)
      await keepOwnEndpoints(client, place, { clock, leadership, stopping: stopping.signal, onError });
  }
  if (listener !== undefined) address = `${options.listen?.host}:${listener.port}`;
  booted = true;
  return {
    handle,
    core,
    identity,
    url: listener === undefined ? '' : `https://${bracketed(options.listen?.host ?? '')}:${listener.port}`,
    get idle() {
      return serviceKeepers.idle && definitions.idle && keepers.every((keeper) => keeper.idle);
    },
    repair: () => serviceKeepers.repair(),
    stop: async () => {
      stopping.abort();
      for (const cache of caches.values()) cache.drop();
      await listener?.close();
      if (leadership instanceof SharedLeadership) await leadership.resign();
    },
  };
}

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

function makeCore(
  options: ApiServerOptions,
  parts: Pick<ServerCore, 'registry' | 'feed' | 'objects' | 'stopping' | 'watches'> & { identity: Identity },
): ServerCore {
  const { registry, objects } = parts;
  const holder: HolderLookup = (plural, namespace, name) => {
    const resource = registry.get('', plural);
    return resource && objects.get(resource, keyOf(resource, namespace, name))?.parse().metadata;
  };
  const tokens = new ServiceAccountTokens(issuer, parts.identity.tokenKeys, options.clock, holder);
  return {
    clock: options.clock,
    feed: parts.feed,
    objects,
    registry,
    admission: defaultAdmission(),
    authenticator: new Authenticator(options.tokens, tokens),
    authorizer: new Authorizer(storedRoles(registry, objects)),
    tokens,
    watches: parts.watches,
    quotas: quotasOf(registry, objects),
    ...(options.pods === undefined ? {} : { pods: options.pods }),
    stopping: parts.stopping,
  };
}

function quotasOf(registry: Registry, objects: ObjectStore): QuotaBook {
  const resource = registry.require('', 'resourcequotas');
  return new QuotaBook(resource, objects.cache(resource));
}

async function open(options: ApiServerOptions, identity: Identity, handle: Handler): Promise<Listener | undefined> {
  if (options.listen === undefined) return undefined;
  return listen({
    ...options.listen,
    ...(options.serving ?? identity.serving),
    clientCa: clientAuthorities(options, identity),
    handle,
    clock: options.clock,
    ...(options.listenerLimits === undefined ? {} : { limits: options.listenerLimits }),
    onError: options.onError,
  });
}

/**
 * The API server, put together: store, caches, registry, admission, handler, port. Start-up order is the order of this
 * file: open what is stored, fill the caches, listen, write what a new cluster needs, then say ready.
 */
import { networkInterfaces } from 'node:os';
import type { Clock } from '../clock/index.ts';
import { parseIp } from '../ip/index.ts';
import { Exporter, MetricRegistry } from '../metrics/index.ts';
import { compactPeriodically, StoreUnavailableError, type Store } from '../storage/index.ts';
import { defaultAdmission } from './admission/index.ts';
import { Authenticator, type StaticToken } from './authn/authenticator.ts';
import { loadIdentity, type Identity, type KeyPair } from './authn/certificates.ts';
import { ServiceAccountTokens, type HolderLookup } from './authn/service-account-tokens.ts';
import { Authorizer } from './authz/authorizer.ts';
import { storedRoles } from './authz/stored-roles.ts';
import { OwnClient } from './bootstrap/bootstrap.ts';
import { kubernetesService } from './bootstrap/kubernetes-service.ts';
import { bootstrapObjects } from './bootstrap/objects.ts';
import { keepOwnEndpoints, type OwnPlace } from './bootstrap/own-endpoints.ts';
import type { ServerCore } from './core.ts';
import { checkExpressions, compileRules } from '../customresources/index.ts';
import { definitionBehaviour } from './customresources/definition-behaviour.ts';
import { DefinitionKeeper } from './customresources/keeper.ts';
import { Discovery } from './discovery/handler.ts';
import { createHandler, type AccessRecord, type Handler } from './handler.ts';
import { Health } from './health/health.ts';
import { listen, type Listener } from './http/listener.ts';
import type { ListenerLimits } from './http/listener-limits.ts';
import type { PagePolicy } from './http/origin.ts';
import { text } from './http/respond.ts';
import { GarbageCollector } from './lifecycle/garbage-collector.ts';
import { sole, SharedLeadership, type Leadership } from './lifecycle/leadership.ts';
import { NamespaceKeeper } from './lifecycle/namespaces.ts';
import { QuotaKeeper } from './lifecycle/quota-keeper.ts';
import { RoleAggregation } from './lifecycle/role-aggregation.ts';
import { defaultInFlight, InFlightLimit, type InFlightOptions } from './limits/in-flight.ts';
import { defaultWatchLimits, WatchLimit, type WatchLimits } from './limits/watches.ts';
import { serverMetrics } from './metrics.ts';
import { OpenApi } from './openapi/handler.ts';
import type { PodRuntime } from './pods/runtime.ts';
import { QuotaBook } from './quota/book.ts';
import { builtinResources } from './registry/builtin.ts';
import { keyOf, ObjectStore, prefixOf } from './registry/object-store.ts';
import { loadBalancerPoolResource } from './registry/load-balancer-pools.ts';
import { Registry } from './registry/registry.ts';
import type { Resource } from './registry/resource.ts';
import { timestamp } from './resources/scope.ts';
import { keepServices, serveServices, type ServiceOptions } from './services/index.ts';
import { versionInfo } from './version.ts';
import { WatchCache } from './watchcache/cache.ts';
import { Feed } from './watchcache/feed.ts';
import { HistoryBudget } from './watchcache/history-budget.ts';

export interface ApiServerOptions extends ServiceOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Where keys and certificates are kept; absent: made for this process only. */
  readonly identityDirectory?: string;
  /** Absent: no port, only calls in this process. */
  readonly listen?: { readonly host: string; readonly port: number };
  /** What to show clients instead of a certificate of our own authority. */
  readonly serving?: KeyPair;
  /** PEM: authorities whose client certificates name users, beside our own. */
  readonly clientCa?: string;
  /** Where Pods reach this server; absent: the address it listens on, or one of this machine's. */
  readonly advertiseAddress?: string;
  readonly clusterDomain: string;
  readonly tokens: readonly StaticToken[];
  readonly endpointSliceV1beta1: boolean;
  /** Off when a kube-controller-manager does both (D20). */
  readonly lifecycle: boolean;
  /** Serve LoadBalancerPools, for a controller that gives their addresses out. */
  readonly loadBalancerPools?: boolean;
  /** Where counts go; a registry of its own when absent. */
  readonly metrics?: MetricRegistry;
  /** Add this process's own figures to `/metrics`. */
  readonly processMetrics?: boolean;
  /** What a connection may take; what is not said is as in `defaultListenerLimits`. */
  readonly listenerLimits?: Partial<ListenerLimits>;
  /** `https://console.example.com`: whose browser pages may call (SV24). */
  readonly allowedOrigins?: readonly string[];
  readonly inFlight?: InFlightOptions;
  readonly watchLimits?: WatchLimits;
  readonly observe?: (record: AccessRecord) => void;
  /** Stands between every caller, the server itself included, and the server: for tests. */
  readonly intercept?: (next: Handler) => Handler;
  /** Who runs Pods: answers `logs`, `exec`, `port-forward`. */
  readonly pods?: PodRuntime;
  readonly onPanic: (error: unknown, auditId: string) => void;
  readonly onError: (error: unknown) => void;
}

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
  serveDefinitions(options, registry);
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
    const place = advertised(options, listener.port);
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

/**
 * Upstream's way: no loopback address may stand in an Endpoints, so a server that listens on one names another of its
 * machine. undefined: there is none.
 */
function advertised({ advertiseAddress, listen: place }: ApiServerOptions, port: number): OwnPlace | undefined {
  const others = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  const candidates = [advertiseAddress, place?.host, ...others.map(({ address }) => address)];
  const isFit = (address: string | undefined): address is string =>
    address !== undefined && parseIp(address) !== undefined && !/^127\.|^::1?$|^fe80:|^0\.0\.0\.0$/.test(address);
  const address = candidates.find(isFit);
  return address === undefined ? undefined : { address, port };
}

/** Our own stay: the kubeconfig that we write is one of theirs. */
const clientAuthorities = ({ clientCa }: ApiServerOptions, { ca }: Identity): string =>
  clientCa === undefined ? ca.cert : `${ca.cert}${clientCa}`;

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

function identityOptions({
  identityDirectory,
  clusterDomain,
  clock,
  listen: port,
}: ApiServerOptions): Parameters<typeof loadIdentity>[0] {
  const own = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', `kubernetes.default.svc.${clusterDomain}`];
  const addresses = new Set(['127.0.0.1', '::1']);
  const host = port?.host ?? '';
  if (/^[\d.]+$|:/.test(host) && host !== '0.0.0.0' && host !== '::') addresses.add(host);
  return {
    ...(identityDirectory === undefined ? {} : { directory: identityDirectory }),
    names: ['localhost', ...own],
    addresses: [...addresses],
    now: clock.now(),
  };
}

function pagePolicy(options: ApiServerOptions): PagePolicy {
  const host = options.listen?.host ?? '';
  return {
    names: new Set([...identityOptions(options).names, host.toLowerCase()]),
    origins: new Set(options.allowedOrigins?.map((origin) => origin.toLowerCase())),
  };
}

function serveDefinitions({ clock }: ApiServerOptions, registry: Registry): void {
  const definitions = found(registry, 'apiextensions.k8s.io', 'customresourcedefinitions');
  const now = (): string => timestamp(clock.now());
  registry.register({ ...definitions, behaviour: definitionBehaviour({ checkExpressions, now }) });
}

/** Caches that come and go with custom kinds. */
function customCaches(
  clock: Clock,
  feed: Feed,
  caches: Map<string, WatchCache>,
  budget: HistoryBudget,
): Pick<ConstructorParameters<typeof DefinitionKeeper>[0], 'addCache' | 'removeCache'> {
  return {
    addCache: async (resource) => {
      const cache = new WatchCache(prefixOf(resource), clock, budget);
      caches.set(cache.prefix, cache);
      await feed.addLive(cache);
    },
    removeCache: (resource) => {
      const cache = caches.get(prefixOf(resource));
      if (cache === undefined) return;
      caches.delete(cache.prefix);
      feed.remove(cache);
    },
  };
}

function found(registry: Registry, group: string, resource: string): Resource {
  const served = registry.get(group, resource);
  if (served === undefined) throw new Error(`${resource} are not served`);
  return served;
}

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
  const resource = found(registry, '', 'resourcequotas');
  return new QuotaBook(resource, objects.cache(resource));
}

/** Looks after the store while the server runs: history is compacted (K14), and its trouble shows in readyz (K13). */
function watchStorage(
  { store, clock, onError }: ApiServerOptions,
  stopping: AbortSignal,
): { problem: string | undefined } {
  const seen: { problem: string | undefined } = { problem: undefined };
  compactPeriodically(store, clock, { onError }, stopping);
  const look = (): void => {
    if (stopping.aborted) return;
    store
      .status()
      .then(({ problem }) => {
        seen.problem = problem;
      })
      .catch(onError);
    timer = clock.after(storageCheckMs, look);
  };
  let timer = clock.after(storageCheckMs, look);
  stopping.addEventListener('abort', () => timer.cancel(), { once: true });
  return seen;
}

const storageCheckMs = 1000;

interface Keeper {
  readonly idle: boolean;
  wake(): void;
}

function makeLeadership(
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

function startLifecycle(options: ConstructorParameters<typeof NamespaceKeeper>[0], controller: OwnClient): Keeper[] {
  const keeper = new NamespaceKeeper(options);
  const collector = new GarbageCollector(options);
  const aggregation = new RoleAggregation(options);
  const quotas = new QuotaKeeper({ ...options, client: controller });
  const keepers = [keeper, collector, aggregation, quotas];
  for (const part of keepers) part.start();
  return keepers;
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

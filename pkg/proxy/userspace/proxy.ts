/**
 * The user-space node proxy: listens for every Service of a cluster and relays to its endpoints, without privileges and
 * without touching the kernel. It owns sockets only; what they should be comes from the model (sections 1 and 2), how
 * they behave is in tcp.ts and udp.ts (section 7).
 */
import { systemClock } from '../../clock/index.ts';
import type { Clock } from '../../clock/index.ts';
import type { PortRange } from '../../ip/index.ts';
import { ProxyTracker, type Cidr, type Destination, type Family, type NodeModel } from '../model/index.ts';
import { Connections } from './connections.ts';
import { newCounters, type Counters } from './counters.ts';
import { Doors, type Route } from './doors.ts';
import type { Log, Machinery } from './front.ts';
import { defaultPlaces, loopbackAlias, type ListenAddress, type Place } from './place.ts';
import type { ProxySource } from './source.ts';
import { tcpOpener } from './tcp.ts';
import { defaultUdpOptions, udpOpener, type UdpOptions } from './udp.ts';

export interface UserspaceProxyOptions {
  readonly source: ProxySource;
  readonly nodeName: string;
  /** Default both. */
  readonly families?: readonly Family[];
  /** Handle Services labelled for a proxy of this name; default those without the label. */
  readonly serviceProxyName?: string;
  /** Where to listen, best first; default the address itself, its 127.0.0.0/8 alias, any port on loopback. */
  readonly places?: readonly Place[];
  /** Address of node ports, by family; default loopback. */
  readonly nodePortHosts?: Readonly<Partial<Record<Family, string>>>;
  /** The host's address with the default route, by family, for the place `host`. Default none. */
  readonly hostIPs?: Readonly<Partial<Record<Family, string>>>;
  /** Which destinations get doors; default all. Node ports alone are what nftables mode lacks on loopback (N46). */
  readonly kinds?: readonly Destination['kind'][];
  /** Default both. */
  readonly protocols?: readonly ('TCP' | 'UDP')[];
  /** Ranges of this node's pods, and its own addresses: their traffic is not external (G38). Default none. */
  readonly podCIDRs?: readonly Cidr[];
  readonly nodeAddresses?: readonly string[];
  /** Where an endpoint is really reached, for Pods that live on loopback; default the address itself. */
  readonly reach?: (endpointIp: string, port: number) => ListenAddress;
  /** What stands for a virtual address at the place `loopback-alias`; default its 127.0.0.0/8 namesake. */
  readonly aliasOf?: (ip: string) => string | undefined;
  readonly udp?: Partial<UdpOptions>;
  /** Where any port would do, one of these; default any. */
  readonly freePorts?: PortRange;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly log?: Log;
  /** Called when every door of a change is open or refused. */
  readonly onRoutes?: (routes: Route[]) => void;
}

export interface UserspaceProxy {
  /** What can be reached where. */
  routes(): Route[];
  readonly counters: Readonly<Counters>;
  models(): NodeModel[];
  /** Resolves when the initial objects, and every change delivered so far, are in place. */
  settled(): Promise<void>;
  /** Closes the doors at once and established connections after `graceMs` (default 0) or when they end. */
  stop(graceMs?: number): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const loopbackOf: Record<Family, string> = { IPv4: '127.0.0.1', IPv6: '::1' };
const allKinds: readonly Destination['kind'][] = ['cluster-ip', 'external-ip', 'load-balancer', 'node-port'];
const silence: Log = { warn: () => {}, debug: () => {} };

/** Starts at once; nothing is opened before the source has delivered its initial objects (G6). */
export function startUserspaceProxy(options: UserspaceProxyOptions): UserspaceProxy {
  const clock = options.clock ?? systemClock;
  const connections = new Connections();
  const machinery: Machinery = {
    clock,
    random: options.random ?? Math.random,
    counters: newCounters(),
    log: options.log ?? silence,
    reach: options.reach ?? ((host, port) => ({ host, port })),
    surroundings: { podCIDRs: options.podCIDRs ?? [], nodeAddresses: new Set(options.nodeAddresses) },
  };
  const { protocols = ['TCP', 'UDP'] } = options;
  const openers = {
    ...(protocols.includes('TCP') ? { TCP: tcpOpener(connections) } : {}),
    ...(protocols.includes('UDP') ? { UDP: udpOpener({ ...defaultUdpOptions, ...options.udp }) } : {}),
  };
  const kinds = new Set(options.kinds ?? allKinds);
  const sides = (options.families ?? ['IPv4', 'IPv6']).map((family) => {
    const own = options.hostIPs?.[family];
    const nodePort = options.nodePortHosts?.[family] ?? loopbackOf[family];
    const { aliasOf = loopbackAlias, freePorts } = options;
    const hosts = {
      nodePort,
      aliasOf,
      ...(own === undefined ? {} : { own }),
      ...(freePorts === undefined ? {} : { freePorts }),
    };
    const places = options.places ?? defaultPlaces;
    return {
      tracker: new ProxyTracker({ family, node: { name: options.nodeName, labels: {} }, ...proxyName(options) }),
      doors: new Doors({ family, machinery, openers, places, hosts, kinds }),
    };
  });

  const { promise: initial, resolve: initialDelivered } = Promise.withResolvers<void>();
  let synced = false;
  let scheduled = false;
  let stopped = false;
  const routes = (): Route[] => sides.flatMap(({ doors }) => doors.routes());
  const allSettled = (): Promise<unknown> => Promise.all(sides.map(({ doors }) => doors.settled()));
  const sync = (): void => {
    scheduled = false;
    if (!synced || stopped) return;
    for (const { tracker, doors } of sides) if (tracker.hasPending) doors.apply(tracker.checkout());
    if (options.onRoutes !== undefined)
      void allSettled().then(() => (stopped ? undefined : options.onRoutes?.(routes())));
  };
  /** Changes of one turn of the event loop make one sync (M1). */
  const each = (change: (tracker: ProxyTracker) => boolean): void => {
    for (const { tracker } of sides) change(tracker);
    if (scheduled) return;
    scheduled = true;
    queueMicrotask(sync);
  };
  const unsubscribe = options.source.subscribe({
    serviceChanged: (service) => each((tracker) => tracker.applyService(service)),
    serviceGone: (key) => each((tracker) => tracker.removeService(key)),
    sliceChanged: (slice) => each((tracker) => tracker.applySlice(slice)),
    sliceGone: (key) => each((tracker) => tracker.removeSlice(key)),
    nodeChanged: ({ metadata }) => {
      if (metadata.name !== options.nodeName) return;
      each((tracker) => tracker.setNode({ name: options.nodeName, labels: metadata.labels ?? {} }));
    },
    synced: () => {
      synced = true;
      sync();
      initialDelivered();
    },
  });

  const stop = async (graceMs = 0): Promise<void> => {
    stopped = true;
    unsubscribe();
    initialDelivered();
    await Promise.all(sides.map(({ doors }) => doors.close()));
    await connections.drain(clock, graceMs);
  };
  return {
    routes,
    counters: machinery.counters,
    models: () => sides.map(({ tracker }) => tracker.model()),
    settled: async () => {
      await initial;
      sync();
      await allSettled();
    },
    stop,
    [Symbol.asyncDispose]: () => stop(),
  };
}

function proxyName({ serviceProxyName }: UserspaceProxyOptions): { serviceProxyName?: string } {
  return serviceProxyName === undefined ? {} : { serviceProxyName };
}

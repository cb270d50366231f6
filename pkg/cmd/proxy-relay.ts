/** The user-space mode of `fairlead proxy`: a relay, and as root the rules that lead to it (section 7). */
import { createSocket } from 'node:dgram';
import { Portals, type Runner } from '../proxy/apply/index.ts';
import type { Cidr, Family } from '../proxy/model/index.ts';
import { startUserspaceProxy, type Route } from '../proxy/userspace/index.ts';
import { renderPortal } from '../proxy/userspace/render/index.ts';
import { ConfigError } from './config-error.ts';
import { detectLocalFor } from './proxy-back-ends.ts';
import { families, localAddresses } from './proxy-node.ts';
import { cleanUpModes } from './proxy-cleanup.ts';
import { proxySource } from './proxy-source.ts';
import type { ProxyContext, ProxyHooks } from './run-proxy.ts';

export async function runRelay(context: ProxyContext, hooks: ProxyHooks): Promise<number> {
  const { settings, flags, run, log, signal, informers, own } = context;
  if (flags.once === true && flags.dryRun !== true)
    throw new ConfigError('--once has no use in userspace mode: its rules lead to a relay that has to keep running.');
  const hosts = await hostAddresses();
  const portals = flags.dryRun === true ? [] : await openPortals(run, hosts, context);
  const { promise: initial, resolve: delivered } = Promise.withResolvers<void>();
  const source = proxySource(informers, { nodeName: settings.nodeName, alone: true });
  const nodePortHosts = { ...own.ips, ...hosts };
  let cleaned = false;
  const proxy = startUserspaceProxy({
    source: watched(source, delivered),
    nodeName: settings.nodeName,
    nodeAddresses: localAddresses(),
    podCIDRs: families.flatMap((family): Cidr[] => {
      const local = detectLocalFor(settings, family, own);
      return local.by === 'cidr' ? [local.cidr] : [];
    }),
    udp: { idleMs: settings.udpIdleTimeoutMs },
    ...(settings.portRange === undefined ? {} : { freePorts: settings.portRange }),
    hostIPs: hosts,
    nodePortHosts,
    log,
    // A dry run opens nothing.
    ...(flags.dryRun === true ? { kinds: [] } : {}),
    ...(portals.length > 0 ? { places: ['host'], families: portals.map(({ family }) => family) } : {}),
    onRoutes: (routes) => {
      for (const { sync } of portals)
        sync(routes).then(
          () => {
            if (cleaned) return;
            cleaned = true;
            void cleanUpModes(run, 'userspace');
          },
          (error: Error) => log.error({ err: error.message }, 'Portal rules could not be written'),
        );
      for (const { problem, namespace, name } of routes)
        if (problem !== undefined) log.warn({ namespace, service: name, problem }, 'Nothing to listen on');
    },
  });
  const life = new AbortController();
  const running = informers.run(life.signal);
  const stopped = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await Promise.race([initial, stopped]);
  if (flags.dryRun === true) {
    await proxy.settled();
    const print = hooks.print ?? ((text: string) => void process.stdout.write(text));
    for (const model of proxy.models()) print(portalRules(model, hosts));
  } else {
    await stopped;
  }
  await proxy.stop();
  for (const { cleanup } of portals) await cleanup();
  life.abort();
  await running;
  return 0;
}

type Source = ReturnType<typeof proxySource>;

/** Tells when the initial objects are there. */
const watched = (source: Source, delivered: () => void): Source => ({
  subscribe: (sink) =>
    source.subscribe({
      ...sink,
      synced: () => {
        sink.synced();
        delivered();
      },
    }),
});

interface OpenPortals {
  readonly family: Family;
  readonly sync: (routes: readonly Route[]) => Promise<void>;
  readonly cleanup: () => Promise<void>;
}

/** None where iptables is missing or refuses: the relay is then reached at its own sockets. */
async function openPortals(
  run: Runner,
  hosts: Readonly<Partial<Record<Family, string>>>,
  { log }: ProxyContext,
): Promise<OpenPortals[]> {
  const open: OpenPortals[] = [];
  for (const family of families) {
    const hostIP = hosts[family];
    if (hostIP === undefined) continue;
    const command = family === 'IPv4' ? 'iptables' : 'ip6tables';
    const { code, stderr } = await run(command, ['-w', '5', '-t', 'nat', '-S', 'POSTROUTING']);
    const portals = new Portals({ family, run, hostIP });
    if (code === 0) open.push({ family, sync: (routes) => portals.sync(routes), cleanup: () => portals.cleanup() });
    else log.warn({ family, why: stderr.trim() }, 'No iptables: virtual addresses do not lead to the relay');
  }
  return open;
}

/** U28: the address this machine would send from, found by asking for a way to a documentation address; nothing is sent. */
async function hostAddresses(): Promise<Partial<Record<Family, string>>> {
  const [IPv4, IPv6] = await Promise.all([sourceTowards('udp4', '192.0.2.1'), sourceTowards('udp6', '2001:db8::1')]);
  return { ...(IPv4 === undefined ? {} : { IPv4 }), ...(IPv6 === undefined ? {} : { IPv6 }) };
}

function sourceTowards(type: 'udp4' | 'udp6', target: string): Promise<string | undefined> {
  const socket = createSocket(type);
  return new Promise((resolve) => {
    const done = (address?: string): void => {
      socket.close();
      resolve(address);
    };
    socket.once('error', () => done());
    socket.connect(9, target, () => done(socket.address().address));
  });
}

/** What would lead to the relay; its ports are known only once it listens, so they are counted from the first here. */
function portalRules(
  { ports, family }: ReturnType<ReturnType<typeof startUserspaceProxy>['models']>[number],
  hosts: Readonly<Partial<Record<Family, string>>>,
): string {
  const hostIP = hosts[family] ?? (family === 'IPv4' ? '127.0.0.1' : '::1');
  let proxyPort = 40_000;
  const rules = ports.flatMap(({ service, destinations }) =>
    service.protocol === 'SCTP'
      ? []
      : destinations.flatMap((destination) =>
          renderPortal({ text: service.text, protocol: service.protocol, destination, proxyPort: proxyPort++ }, hostIP),
        ),
  );
  const lines = (['filter', 'nat'] as const).flatMap((table) => {
    const own = rules.filter((rule) => rule.table === table);
    return own.length === 0 ? [] : [`*${table}`, ...own.map(({ chain, rule }) => `-A ${chain} ${rule}`), 'COMMIT'];
  });
  const command = family === 'IPv4' ? 'iptables-restore' : 'ip6tables-restore';
  return [`# ${command} --noflush (ports of the relay are examples)`, ...lines, ''].join('\n');
}

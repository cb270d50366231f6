/** What `fairlead proxy` was told: flags before the file before defaults, checked at once (section 11). */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import {
  ConfigError,
  parseDuration,
  readKubeProxyConfiguration,
  type KubeProxyConfiguration,
} from '../config/index.ts';
import { parsePortRange, type PortRange } from '../ip/index.ts';
import { parseCidr, type Cidr } from '../proxy/model/index.ts';
import type { LayoutName } from '../proxy/nftables/render/index.ts';
import type { ConntrackSettings } from '../proxy/apply/index.ts';
import { parseListen, type ListenAt } from './proxy-listen.ts';
import { proxyModes, type ProxyFlags, type ProxyMode } from './proxy.ts';

export type DetectLocalSettings =
  | { readonly by: 'cluster-cidr'; readonly cidrs: readonly Cidr[] }
  | { readonly by: 'node-cidr' }
  | { readonly by: 'interface'; readonly name: string }
  | { readonly by: 'interface-prefix'; readonly prefix: string };

export interface ProxySettings {
  readonly mode: ProxyMode;
  readonly nodeName: string;
  readonly kubeconfig: string | undefined;
  readonly rateLimit: { readonly qps: number; readonly burst: number };
  readonly bindAddress: string;
  readonly hardFail: boolean;
  readonly healthz: ListenAt | undefined;
  readonly metrics: ListenAt | undefined;
  readonly masqueradeAll: boolean;
  readonly masqueradeBit: number;
  readonly localhostNodePorts: boolean;
  readonly syncPeriodMs: number;
  readonly minSyncPeriodMs: number;
  /** Health goes by iptables' period in every mode (H10). */
  readonly healthPeriodMs: number;
  readonly detectLocal: DetectLocalSettings;
  readonly nodePortAddresses: readonly string[];
  readonly layout: LayoutName;
  readonly ipvs: {
    readonly scheduler: string;
    readonly strictARP: boolean;
    readonly excludeCIDRs: readonly Cidr[];
    readonly timeouts: { readonly tcp: number; readonly tcpFin: number; readonly udp: number };
  };
  readonly conntrack: ConntrackSettings;
  readonly oomScoreAdj: number | undefined;
  /** Undefined: any port. */
  readonly portRange: PortRange | undefined;
  readonly udpIdleTimeoutMs: number;
}

export function proxySettings(flags: ProxyFlags): ProxySettings {
  const file = flags.config === undefined ? {} : readConfigFile(flags.config);
  const { iptables = {}, ipvs = {}, nftables = {}, clientConnection = {} } = file;
  const mode = modeOf(flags.proxyMode ?? (file.mode || 'iptables'));
  const ofMode = { userspace: iptables, iptables, ipvs, nftables }[mode];
  const typed = mode === 'ipvs' ? [flags.ipvsSyncPeriod, flags.ipvsMinSyncPeriod] : [];
  const syncPeriodMs = duration(typed[0] ?? flags.iptablesSyncPeriod) ?? (ofMode.syncPeriod || 30_000);
  const minSyncPeriodMs =
    duration(mode === 'ipvs' ? typed[1] : flags.iptablesMinSyncPeriod) ??
    ofMode.minSyncPeriod ??
    (mode === 'ipvs' ? 0 : 1000);
  if (syncPeriodMs <= 0) throw new ConfigError('the sync period has to be greater than 0.');
  if (minSyncPeriodMs < 0 || minSyncPeriodMs > syncPeriodMs)
    throw new ConfigError('the least time between syncs has to lie between 0 and the sync period.');
  // IPVS has no masquerading of its own: iptables does it (section 11).
  const masquerading = mode === 'nftables' ? nftables : iptables;
  const bit = flags.iptablesMasqueradeBit ?? masquerading.masqueradeBit ?? 14;
  if (bit < 0 || bit > 31) throw new ConfigError(`masqueradeBit: expected 0 to 31, got ${bit}.`);
  return {
    mode,
    nodeName: nodeNameOf(flags.hostnameOverride ?? file.hostnameOverride),
    kubeconfig: flags.kubeconfig ?? (clientConnection.kubeconfig || undefined),
    rateLimit: {
      qps: flags.kubeApiQps ?? (clientConnection.qps || 5),
      burst: flags.kubeApiBurst ?? (clientConnection.burst || 10),
    },
    bindAddress: flags.bindAddress ?? (file.bindAddress || '0.0.0.0'),
    hardFail: flags.bindAddressHardFail ?? file.bindAddressHardFail ?? false,
    healthz: parseListen('healthz', flags.healthzBindAddress ?? file.healthzBindAddress, flags.healthzPort),
    metrics: parseListen('metrics', flags.metricsBindAddress ?? file.metricsBindAddress, flags.metricsPort),
    masqueradeAll: flags.masqueradeAll ?? masquerading.masqueradeAll ?? false,
    masqueradeBit: bit,
    localhostNodePorts: flags.iptablesLocalhostNodeports ?? iptables.localhostNodePorts ?? true,
    syncPeriodMs,
    minSyncPeriodMs,
    healthPeriodMs: duration(flags.iptablesSyncPeriod) ?? (iptables.syncPeriod || 30_000),
    detectLocal: detectLocalOf(flags, file),
    nodePortAddresses: nodePortAddressesOf(flags.nodeportAddresses ?? file.nodePortAddresses ?? [], mode),
    layout: flags.nftablesLayout,
    ipvs: ipvsOf(flags, ipvs),
    conntrack: conntrackOf(flags, file.conntrack ?? {}),
    oomScoreAdj: flags.oomScoreAdj ?? file.oomScoreAdj,
    portRange: portRangeOf(flags.proxyPortRange ?? file.portRange ?? ''),
    udpIdleTimeoutMs: duration(flags.udpTimeout) ?? (file.udpIdleTimeout || 250),
  };
}

function modeOf(text: string): ProxyMode {
  const mode = proxyModes.find((known) => known === text);
  if (mode === undefined) throw new ConfigError(`--proxy-mode ${text}: expected one of ${proxyModes.join(', ')}.`);
  return mode;
}

function nodeNameOf(override = ''): string {
  const name = (override === '' ? hostname() : override).trim().toLowerCase();
  if (name === '') throw new ConfigError('--hostname-override: expected the name of this Node, got nothing.');
  return name;
}

function detectLocalOf(flags: ProxyFlags, file: KubeProxyConfiguration): DetectLocalSettings {
  const mode = flags.detectLocalMode ?? (file.detectLocalMode || 'ClusterCIDR');
  switch (mode) {
    case 'ClusterCIDR': {
      const texts = flags.clusterCidr ?? (file.clusterCIDR || undefined)?.split(',') ?? [];
      const cidrs = texts.map((text) => cidrOf('--cluster-cidr', text));
      if (cidrs.length > 2 || (cidrs.length === 2 && cidrs[0]?.family === cidrs[1]?.family))
        throw new ConfigError('--cluster-cidr: expected one range, or one of each IP family.');
      return { by: 'cluster-cidr', cidrs };
    }
    case 'NodeCIDR':
      return { by: 'node-cidr' };
    case 'BridgeInterface': {
      const name = flags.podBridgeInterface ?? file.detectLocal?.bridgeInterface ?? '';
      return { by: 'interface', name: interfaceOf('--pod-bridge-interface', name) };
    }
    case 'InterfaceNamePrefix': {
      const prefix = flags.podInterfaceNamePrefix ?? file.detectLocal?.interfaceNamePrefix ?? '';
      return { by: 'interface-prefix', prefix: interfaceOf('--pod-interface-name-prefix', prefix) };
    }
    default:
      throw new ConfigError(
        `--detect-local-mode ${mode}: expected ClusterCIDR, NodeCIDR, BridgeInterface or InterfaceNamePrefix.`,
      );
  }
}

/** It stands in rules, so it may not end a word of them. */
function interfaceOf(flag: string, name: string): string {
  if (!/^[^\s"'/]{1,15}$/.test(name))
    throw new ConfigError(
      `${flag}: expected an interface's name of at most 15 characters, got ${JSON.stringify(name)}.`,
    );
  return name;
}

/** G51: unset, nftables mode takes the Node's own addresses alone. */
/** Empty, and 0-0, mean any. */
function portRangeOf(text: string): PortRange | undefined {
  if (text === '' || /^0(-0)?$/.test(text)) return undefined;
  try {
    return parsePortRange(text);
  } catch (error) {
    throw new ConfigError(`--proxy-port-range: ${(error as Error).message}.`);
  }
}

function nodePortAddressesOf(texts: readonly string[], mode: ProxyMode): readonly string[] {
  for (const text of texts) if (text !== 'primary') cidrOf('--nodeport-addresses', text);
  return texts.length === 0 && mode === 'nftables' ? ['primary'] : texts;
}

function ipvsOf(flags: ProxyFlags, file: NonNullable<KubeProxyConfiguration['ipvs']>): ProxySettings['ipvs'] {
  const seconds = (typed: string | undefined, filed: number | undefined): number => {
    const ms = duration(typed) ?? filed ?? 0;
    if (ms < 0) throw new ConfigError('timeouts of ipvs: expected 0 (leave alone) or more.');
    return Math.round(ms / 1000);
  };
  const scheduler = flags.ipvsScheduler ?? (file.scheduler || 'rr');
  if (!/^[a-z0-9-]+$/.test(scheduler)) throw new ConfigError(`--ipvs-scheduler ${scheduler}: expected a name like rr.`);
  return {
    scheduler,
    strictARP: flags.ipvsStrictArp ?? file.strictARP ?? false,
    excludeCIDRs: (flags.ipvsExcludeCidrs ?? file.excludeCIDRs ?? []).map((text) =>
      cidrOf('--ipvs-exclude-cidrs', text),
    ),
    timeouts: {
      tcp: seconds(flags.ipvsTcpTimeout, file.tcpTimeout),
      tcpFin: seconds(flags.ipvsTcpfinTimeout, file.tcpFinTimeout),
      udp: seconds(flags.ipvsUdpTimeout, file.udpTimeout),
    },
  };
}

function conntrackOf(flags: ProxyFlags, file: NonNullable<KubeProxyConfiguration['conntrack']>): ConntrackSettings {
  const seconds = (typed: string | undefined, filed: number | undefined, otherwise: number): number => {
    const ms = duration(typed) ?? filed ?? otherwise;
    if (ms < 0) throw new ConfigError('conntrack timeouts: expected 0 (leave alone) or more.');
    return Math.round(ms / 1000);
  };
  return {
    maxPerCore: flags.conntrackMaxPerCore ?? file.maxPerCore ?? 32_768,
    min: flags.conntrackMin ?? file.min ?? 131_072,
    tcpEstablishedSeconds: seconds(flags.conntrackTcpTimeoutEstablished, file.tcpEstablishedTimeout, 86_400_000),
    tcpCloseWaitSeconds: seconds(flags.conntrackTcpTimeoutCloseWait, file.tcpCloseWaitTimeout, 3_600_000),
    tcpBeLiberal: flags.conntrackTcpBeLiberal ?? file.tcpBeLiberal ?? false,
    udpSeconds: seconds(flags.conntrackUdpTimeout, file.udpTimeout, 0),
    udpStreamSeconds: seconds(flags.conntrackUdpTimeoutStream, file.udpStreamTimeout, 0),
  };
}

function cidrOf(what: string, text: string): Cidr {
  const cidr = parseCidr(text.trim());
  if (cidr === undefined)
    throw new ConfigError(`${what}: expected an address range like 10.244.0.0/16, got ${JSON.stringify(text)}.`);
  return cidr;
}

const duration = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : parseDuration(text);

function readConfigFile(path: string): KubeProxyConfiguration {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`${path} cannot be read: ${(error as Error).message}`);
  }
  return readKubeProxyConfiguration({ file: path, text });
}

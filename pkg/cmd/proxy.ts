import { Command, InvalidArgumentError, Option } from 'commander';
import { layoutNames, type LayoutName } from '../proxy/nftables/render/index.ts';
import { addConnectionFlags, type ConnectionFlags } from './cluster-options.ts';
import { parseBoolean, parseCount, parsePositive } from './flag-values.ts';
import { parsePort } from './server-options.ts';

export const proxyModes = ['userspace', 'iptables', 'ipvs', 'nftables'] as const;
export type ProxyMode = (typeof proxyModes)[number];

/** What was typed; absent: the configuration file counts, then the default. */
export interface ProxyFlags extends ConnectionFlags {
  readonly config?: string;
  readonly proxyMode?: string;
  readonly hostnameOverride?: string;
  readonly bindAddress?: string;
  readonly bindAddressHardFail?: boolean;
  readonly healthzPort?: number;
  readonly healthzBindAddress?: string;
  readonly metricsPort?: number;
  readonly metricsBindAddress?: string;
  readonly cleanup?: boolean;
  readonly dryRun?: boolean;
  readonly once?: boolean;
  readonly initOnly?: boolean;
  readonly clusterCidr?: readonly string[];
  readonly detectLocalMode?: string;
  readonly podBridgeInterface?: string;
  readonly podInterfaceNamePrefix?: string;
  readonly nodeportAddresses?: readonly string[];
  readonly masqueradeAll?: boolean;
  readonly iptablesMasqueradeBit?: number;
  readonly iptablesLocalhostNodeports?: boolean;
  readonly iptablesSyncPeriod?: string;
  readonly iptablesMinSyncPeriod?: string;
  readonly ipvsScheduler?: string;
  readonly ipvsStrictArp?: boolean;
  readonly ipvsExcludeCidrs?: readonly string[];
  readonly ipvsSyncPeriod?: string;
  readonly ipvsMinSyncPeriod?: string;
  readonly ipvsTcpTimeout?: string;
  readonly ipvsTcpfinTimeout?: string;
  readonly ipvsUdpTimeout?: string;
  readonly nftablesLayout: LayoutName;
  readonly conntrackMaxPerCore?: number;
  readonly conntrackMin?: number;
  readonly conntrackTcpTimeoutEstablished?: string;
  readonly conntrackTcpTimeoutCloseWait?: string;
  readonly conntrackTcpBeLiberal?: boolean;
  readonly conntrackUdpTimeout?: string;
  readonly conntrackUdpTimeoutStream?: string;
  readonly configSyncPeriod?: string;
  readonly kubeApiQps?: number;
  readonly kubeApiBurst?: number;
  readonly oomScoreAdj?: number;
  readonly proxyPortRange?: string;
  readonly udpTimeout?: string;
  readonly v: number;
  readonly loggingFormat: 'text' | 'json';
}

export function proxyCommand(): Command {
  const command = new Command('proxy')
    .description('node proxy for any cluster: Services become rules of the kernel, or sockets')
    .option('--proxy-mode <mode>', `${proxyModes.join(', ')} (default: iptables)`)
    .option('--hostname-override <name>', 'name of this Node (default: the host name)')
    .option('--config <path>', 'a KubeProxyConfiguration; flags win over it')
    .option('--dry-run', 'print what would be applied, as restore input, nft script or ipvs program; touch nothing')
    .option('--once', 'sync once, then end; what is written stays')
    .option('--cleanup', 'remove the rules of every mode, then end')
    .option('--healthz-port <port>', '/healthz and /livez; 0 takes any free port (default: 10256)', parsePort)
    .option('--healthz-bind-address <ip[:port]>', 'where they are answered; empty: nowhere (default: 0.0.0.0:10256)')
    .option('--metrics-port <port>', '/metrics, /proxyMode; 0 takes any free port (default: 10249)', parsePort)
    .option('--metrics-bind-address <ip[:port]>', 'where; empty: nowhere (default: 127.0.0.1:10249)')
    .option('--bind-address <ip>', 'this Node, where it is not to be read from the Node object (default: 0.0.0.0)')
    .option('--bind-address-hard-fail [true|false]', 'end when a port cannot be had (default: false)', parseBoolean)
    .option('--cluster-cidr <cidr[,cidr]>', "range of the cluster's Pods: everybody else is masqueraded", list)
    .option('--detect-local-mode <mode>', 'ClusterCIDR, NodeCIDR, BridgeInterface, InterfaceNamePrefix')
    .option('--pod-bridge-interface <name>', 'bridge of the Pods, for BridgeInterface')
    .option('--pod-interface-name-prefix <prefix>', "how Pods' interfaces are named, for InterfaceNamePrefix")
    .option('--nodeport-addresses <cidr,…>', 'addresses that accept node ports; primary: the Node’s own', list)
    .option('--masquerade-all [true|false]', 'all traffic to cluster IPs (default: false)', parseBoolean)
    .option('--iptables-masquerade-bit <n>', 'bit of the packet mark, 0 to 31 (default: 14)', parseCount(0, 31))
    .option('--iptables-localhost-nodeports [true|false]', 'node ports on 127.0.0.1 (default: true)', parseBoolean)
    .option('--iptables-sync-period <time>', 'retries and checks; in every mode also health (default: 30s)')
    .option('--iptables-min-sync-period <time>', 'least time between syncs (default: 1s)')
    .option('--ipvs-scheduler <name>', 'of every virtual server (default: rr)')
    .option('--ipvs-strict-arp [true|false]', 'do not answer ARP for virtual addresses (default: false)', parseBoolean)
    .option('--ipvs-exclude-cidrs <cidr,…>', "virtual servers in here are somebody else's", list)
    .option('--ipvs-sync-period <time>', 'default: 30s')
    .option('--ipvs-min-sync-period <time>', 'default: 0s')
    .option('--ipvs-tcp-timeout <time>', "0 keeps the system's")
    .option('--ipvs-tcpfin-timeout <time>', "0 keeps the system's")
    .option('--ipvs-udp-timeout <time>', "0 keeps the system's")
    .addOption(
      new Option(
        '--nftables-layout <layout>',
        "flat: a few maps for all Services; maps: kube-proxy's own; chains: one for each endpoint, for tracing",
      )
        .choices(layoutNames)
        .default('flat'),
    )
    .option('--conntrack-max-per-core <n>', 'tracked flows, 0 leaves it (default: 32768)', parseCount(0, 2 ** 31))
    .option('--conntrack-min <n>', 'at least so many in all (default: 131072)', parseCount(0, 2 ** 31))
    .option('--conntrack-tcp-timeout-established <time>', '0 leaves it (default: 24h)')
    .option('--conntrack-tcp-timeout-close-wait <time>', '0 leaves it (default: 1h)')
    .option('--conntrack-tcp-be-liberal [true|false]', 'keep packets of invalid state (default: false)', parseBoolean)
    .option('--conntrack-udp-timeout <time>', '0 leaves it (default: 0s)')
    .option('--conntrack-udp-timeout-stream <time>', '0 leaves it (default: 0s)')
    .option('--config-sync-period <time>', 'taken, and without effect: watches need no resync')
    .option('--kube-api-qps <number>', 'requests a second (default: 5)', parsePositive)
    .option('--kube-api-burst <number>', 'requests at once (default: 10)', parsePositive)
    .option('--oom-score-adj <n>', 'of this process, -1000 to 1000 (default: as it is)', parseScore)
    .option('--proxy-port-range <from-to>', 'ports of the relay in userspace mode (default: any)')
    .option('--udp-timeout <time>', 'idle UDP sessions of the relay (default: 250ms)')
    .addOption(new Option('--init-only [true|false]', 'set what needs privileges, then end').argParser(parseBoolean))
    .option('-v, --v <level>', 'how much is logged', parseCount(0, 10), 2)
    .addOption(new Option('--logging-format <format>', 'of the log').choices(['text', 'json']).default('text'));
  return addConnectionFlags(command).action(async (flags: ProxyFlags) => {
    const { runProxy } = await import('./run-proxy.ts');
    const { untilStopped } = await import('./until-stopped.ts');
    const stop = new AbortController();
    void untilStopped().then(() => stop.abort());
    // Waiting for the Node holds no socket, and timers alone let a process end.
    const held = setInterval(() => undefined, 2 ** 30);
    try {
      process.exitCode = await runProxy(flags, stop.signal);
    } finally {
      clearInterval(held);
    }
  });
}

const list = (text: string): readonly string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

function parseScore(text: string): number {
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || Math.abs(value) > 1000)
    throw new InvalidArgumentError('expected a whole number from -1000 to 1000.');
  return value;
}

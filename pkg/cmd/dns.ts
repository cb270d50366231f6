import { Command, Option } from 'commander';
import { addConnectionFlags, type ConnectionFlags } from './cluster-options.ts';
import { parseCount } from './flag-values.ts';
import { parsePort } from './server-options.ts';

export interface DnsFlags extends ConnectionFlags {
  readonly port: number;
  readonly bindAddress?: readonly string[];
  readonly clusterDomain: readonly string[];
  readonly pods: 'verified' | 'insecure' | 'disabled';
  readonly ttl: number;
  /** Empty or undefined: other names are refused. */
  readonly forward?: readonly string[];
  readonly workers: number;
  readonly healthPort: number;
  readonly readyPort: number;
  readonly metricsPort: number;
  readonly lameduck: string;
  readonly v: number;
  readonly loggingFormat: 'text' | 'json';
}

const list = (text: string): readonly string[] => text.split(',').map((part) => part.trim());

const parseForward = (text: string): readonly string[] => (text === 'none' ? [] : list(text));

export function dnsCommand(): Command {
  const command = new Command('dns')
    .description('cluster DNS for any cluster')
    .option('--port <port>', 'of UDP and TCP; 0 takes any free one', parsePort, 53)
    .option('--bind-address <ip[,ip]>', 'addresses to listen on (default: all)', list)
    .option('--cluster-domain <name[,name]>', 'zones; the first is used in PTR answers', list, ['cluster.local'])
    .addOption(
      new Option('--pods <mode>', 'names like 10-0-0-1.default.pod: of live Pods, of any address, or none')
        .choices(['verified', 'insecure', 'disabled'])
        .default('verified'),
    )
    .option('--ttl <seconds>', 'of records made from objects, 0 to 3600', parseCount(0, 3600), 5)
    .option('--forward <ip[:port][,…]|file|none>', 'servers for other names; none refuses them', parseForward)
    .option('--workers <n>', 'threads that answer', parseCount(1, 64), 1)
    .option('--health-port <port>', '/health; 0 takes any free port', parsePort, 8080)
    .option('--ready-port <port>', '/ready; 0 takes any free port', parsePort, 8181)
    .option('--metrics-port <port>', '/metrics; 0 takes any free port', parsePort, 9153)
    .option('--lameduck <time>', 'how long to keep answering once asked to stop', '5s')
    .option('-v, --v <level>', 'how much is logged', parseCount(0, 10), 2)
    .addOption(new Option('--logging-format <format>', 'of the log').choices(['text', 'json']).default('text'));
  return addConnectionFlags(command).action(async (flags: DnsFlags) => {
    const { runDns } = await import('./run-dns.ts');
    const { untilStopped } = await import('./until-stopped.ts');
    const stop = new AbortController();
    void untilStopped().then(() => stop.abort());
    await runDns(flags, stop.signal);
  });
}

import { Command, InvalidArgumentError, Option } from 'commander';
import { addServerFlags, parseDomain, parsePort, type ServerFlags } from './server-options.ts';

export interface UpFlags extends ServerFlags {
  readonly port: number;
  readonly clusterDomain: string;
  readonly dns: boolean;
  readonly dnsPort: number;
  readonly proxyMode: 'userspace' | 'none';
  readonly page: boolean;
  readonly pagePort: number;
  /** Addresses for Services of type LoadBalancer; absent or false: none. */
  readonly loadBalancerPool?: readonly string[] | false;
  /** How many; false: none. */
  readonly nodes: number | false;
}

export function upCommand(): Command {
  const command = new Command('up')
    .description('a whole cluster in this process: API server, controllers, DNS and proxy')
    .option('--port <port>', 'port of the API server; 0 takes any free one', parsePort, 6443)
    .option('--no-dns', 'without cluster DNS')
    .option('--dns-port <port>', 'port of cluster DNS on 127.0.0.1; another one if it is taken', parsePort, 10053)
    .option('--nodes <count>', 'simulated nodes, which pretend to run Pods', parseNodes, 3)
    .option('--no-nodes', 'without them: Pods stay Pending until somebody runs them')
    .addOption(
      new Option('--proxy-mode <mode>', 'how Services are reached from this machine')
        .choices(['userspace', 'none'])
        .default('userspace'),
    )
    .option(
      '--load-balancer-pool <addresses>',
      'the first pool for Services of type LoadBalancer: CIDRs and ranges, separated by commas',
      (text) => text.split(','),
      ['10.200.0.1-10.200.0.254'],
    )
    .option('--no-load-balancer-pool', 'without: they stay pending')
    .option('--no-page', 'without the live page')
    .option('--page-port <port>', 'port of the live page on 127.0.0.1; another one if it is taken', parsePort, 10080)
    .option('--cluster-domain <name>', 'DNS domain of the cluster', parseDomain, 'cluster.local');
  return addServerFlags(command).action(async (flags: UpFlags) => {
    const { runUp } = await import('./run-up.ts');
    await runUp(flags);
  });
}

/** The Pod range has room for so many. */
const mostNodes = 1024;

function parseNodes(text: string): number {
  const count = Number(text);
  if (!/^\d{1,4}$/.test(text) || count > mostNodes)
    throw new InvalidArgumentError(`expected a number from 0 to ${mostNodes}.`);
  return count;
}

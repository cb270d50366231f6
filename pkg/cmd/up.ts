import { Command } from 'commander';
import { addServerFlags, parsePort, type ServerFlags } from './server-options.ts';

export interface UpFlags extends ServerFlags {
  readonly port: number;
  readonly clusterDomain: string;
  readonly dns: boolean;
  readonly dnsPort: number;
  readonly proxyMode: string;
}

export function upCommand(): Command {
  const command = new Command('up')
    .description('a whole cluster in this process: API server, controllers, DNS and proxy')
    .option('--port <port>', 'port of the API server; 0 takes any free one', parsePort, 6443)
    .option('--no-dns', 'without cluster DNS')
    .option('--dns-port <port>', 'port of cluster DNS on 127.0.0.1; another one if it is taken', parsePort, 10053)
    .option('--proxy-mode <mode>', 'how Services are reached: userspace or none', 'userspace')
    .option('--cluster-domain <name>', 'DNS domain of the cluster', 'cluster.local');
  return addServerFlags(command).action(async (flags: UpFlags) => {
    const { runUp } = await import('./run-up.ts');
    await runUp(flags);
  });
}

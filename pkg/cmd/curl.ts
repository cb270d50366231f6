import { Command } from 'commander';
import { defaultDataDir } from './server-options.ts';

export interface CurlFlags {
  readonly dataDir: string;
  readonly namespace: string;
  readonly path: string;
  readonly times: number;
}

export function curlCommand(): Command {
  return new Command('curl')
    .description('ask a Service of the local cluster over HTTP, wherever it is reached from this machine')
    .argument('<service>', 'NAME or NAME:PORT; the port by number or name (default: its first)')
    .option('--data-dir <path>', 'of the cluster that `fairlead up` runs', defaultDataDir)
    .option('-n, --namespace <name>', 'namespace', 'default')
    .option('--path <path>', 'what to ask for', '/')
    .option('--times <count>', 'so many requests, each over a connection of its own', Number, 1)
    .action(async (service: string, flags: CurlFlags) => {
      const { runCurl } = await import('./run-curl.ts');
      const { deliver } = await import('./command-result.ts');
      deliver(await runCurl(service, flags));
    });
}

import { Command, Option } from 'commander';
import { defaultDataDir } from './server-options.ts';

export interface GetFlags {
  readonly dataDir: string;
  readonly namespace: string;
  readonly allNamespaces?: true;
  readonly output?: 'json';
}

export function getCommand(): Command {
  return new Command('get')
    .description('where the Services of the local cluster are reached from this machine')
    .argument('[service]', 'one Service (default: all)')
    .option('--data-dir <path>', 'of the cluster that `fairlead up` runs', defaultDataDir)
    .option('-n, --namespace <name>', 'namespace', 'default')
    .option('-A, --all-namespaces', 'of all namespaces')
    .addOption(new Option('-o, --output <format>', 'json (default: a table)').choices(['json']))
    .action(async (service: string | undefined, flags: GetFlags) => {
      const { runGet } = await import('./run-get.ts');
      const { deliver } = await import('./command-result.ts');
      deliver(runGet(service, flags));
    });
}

import { Command } from 'commander';
import { addOutputFlag, addSourceFlags, type OutputFlags, type SourceFlags } from './cluster-options.ts';

export interface EnvFlags extends SourceFlags, OutputFlags {
  readonly dryRun?: boolean;
}

export function envCommand(): Command {
  const command = new Command('env')
    .description('the service environment that the containers of a Pod get, as NAME=value lines')
    .argument('[pod]', 'name of the Pod; may be left out where the manifests hold one only')
    .option('--dry-run', 'from the manifests of -f alone, without a cluster');
  addOutputFlag(addSourceFlags(command));
  return command.action(async (pod: string | undefined, flags: EnvFlags) => {
    const { runEnv } = await import('./run-env.ts');
    const { deliver } = await import('./command-result.ts');
    deliver(await runEnv(pod, flags));
  });
}

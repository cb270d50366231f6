import { Command } from 'commander';
import { addOutputFlag, addSourceFlags, type OutputFlags, type SourceFlags } from './cluster-options.ts';
import { addRuleFlags, type RuleFlags } from './node-rules.ts';

export type ExplainFlags = SourceFlags & OutputFlags & RuleFlags;

export function explainCommand(): Command {
  const command = new Command('explain')
    .description('why each Pod is or is not behind a Service; exits 3 if the named Pod does not serve')
    .argument('<service>', 'name of the Service')
    .argument('[pod]', 'name of one Pod (default: all that are meant, or nearly)');
  addRuleFlags(addOutputFlag(addSourceFlags(command)), 'which rules lead to it on a node');
  return command.action(async (service: string, pod: string | undefined, flags: ExplainFlags) => {
    const { runExplain } = await import('./run-explain.ts');
    const { deliver } = await import('./command-result.ts');
    deliver(await runExplain(service, pod, flags));
  });
}

import { Command } from 'commander';
import { addOutputFlag, addSourceFlags, type OutputFlags, type SourceFlags } from './cluster-options.ts';
import { addRuleFlags, type RuleFlags } from './node-rules.ts';
import { defaultNodePortRange, defaultServiceCidr, parseCidrs, parseNodePorts } from './server-options.ts';

export interface PlanFlags extends SourceFlags, OutputFlags, RuleFlags {
  readonly serviceClusterIpRange: readonly string[];
  readonly serviceNodePortRange: string;
  readonly clusterDomain: string;
}

export function planCommand(): Command {
  const command = new Command('plan')
    .description('what would come of manifests: addresses, writes of the controllers, names; writes nothing')
    .option('--service-cluster-ip-range <cidr[,cidr]>', 'where no cluster says', parseCidrs, [defaultServiceCidr])
    .option('--service-node-port-range <from-to>', 'ports for NodePort Services', parseNodePorts, defaultNodePortRange)
    .option('--cluster-domain <name>', 'DNS domain of the cluster', 'cluster.local');
  addRuleFlags(addOutputFlag(addSourceFlags(command)), 'what the proxy of a node would write');
  return command.action(async (flags: PlanFlags) => {
    const { runPlan } = await import('./run-plan.ts');
    const { deliver } = await import('./command-result.ts');
    deliver(await runPlan(flags));
  });
}

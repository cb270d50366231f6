import { Command, Option } from 'commander';
import { modes, type Mode } from '../coexistence/mode.ts';
import { addConnectionFlags, type ConnectionFlags } from './cluster-options.ts';
import { parseBoolean, parseCount, parsePositive } from './flag-values.ts';
import { parsePort } from './server-options.ts';

/** What was typed; absent: the configuration file counts, then the default. */
export interface ControllersFlags extends ConnectionFlags {
  readonly mode: Mode;
  readonly allowOverlap?: boolean;
  readonly competingChangesLimit?: number;
  readonly controllers?: string;
  readonly leaderElect?: boolean;
  readonly leaderElectLeaseDuration?: string;
  readonly leaderElectRenewDeadline?: string;
  readonly leaderElectRetryPeriod?: string;
  readonly leaderElectResourceName?: string;
  readonly leaderElectResourceNamespace?: string;
  readonly kubeApiQps?: number;
  readonly kubeApiBurst?: number;
  readonly concurrentEndpointSyncs?: number;
  readonly concurrentServiceEndpointSyncs?: number;
  readonly mirroringConcurrentServiceEndpointSyncs?: number;
  readonly maxEndpointsPerSlice?: number;
  readonly endpointsliceCompactionWritesPerMinute?: number;
  readonly endpointUpdatesBatchPeriod?: string;
  readonly endpointsliceUpdatesBatchPeriod?: string;
  readonly healthPort: number;
  readonly metricsPort: number;
  readonly bindAddress: string;
  readonly config?: string;
  readonly v: number;
  readonly loggingFormat: 'text' | 'json';
}

export function controllersCommand(): Command {
  const command = new Command('controllers')
    .description('the Endpoints, EndpointSlice and mirroring controllers, against any API server')
    .addOption(
      new Option(
        '--mode <mode>',
        "observe: compare, write nothing; adopt: in place of kube-controller-manager's controllers; own: slices for " +
          'Services without selector that carry fairlead.dev/selector; shadow: slices that no consumer sees',
      )
        .choices(modes)
        .default('adopt'),
    )
    .option('--allow-overlap', 'adopt even while kube-controller-manager writes the same objects')
    .option(
      '--competing-changes-limit <number>',
      'changes by others in a minute after which a Service is left alone for a while; 0: never (default: 5)',
      parseCount(0, 10_000),
    )
    .option('--controllers <list>', '* for all, name for one more, -name for one less (default: *)')
    .option('--leader-elect [true|false]', 'work only while holding a Lease (default: true)', parseBoolean)
    .option('--leader-elect-lease-duration <time>', 'default: 15s')
    .option('--leader-elect-renew-deadline <time>', 'default: 10s')
    .option('--leader-elect-retry-period <time>', 'default: 2s')
    .option('--leader-elect-resource-name <name>', 'name of the Lease (default: fairlead-controllers)')
    .option('--leader-elect-resource-namespace <name>', 'its namespace (default: kube-system)')
    .option('--kube-api-qps <number>', 'requests a second (default: 20)', parsePositive)
    .option('--kube-api-burst <number>', 'requests at once (default: 30)', parsePositive)
    .option('--concurrent-endpoint-syncs <number>', 'default: 5', parseCount(1, 1000))
    .option('--concurrent-service-endpoint-syncs <number>', '1 to 50 (default: 5)', parseCount(1, 50))
    .option('--mirroring-concurrent-service-endpoint-syncs <number>', '1 to 50 (default: 5)', parseCount(1, 50))
    .option('--max-endpoints-per-slice <number>', '1 to 1000 (default: 100)', parseCount(1, 1000))
    .option(
      '--endpointslice-compaction-writes-per-minute <number>',
      'bring sparse slices of quiet Services together with so many writes; 0: never (default: 0)',
      parseCount(0, 100_000),
    )
    .option('--endpoint-updates-batch-period <time>', 'gather changes of Pods so long (default: 0s)')
    .option('--endpointslice-updates-batch-period <time>', 'the same for slices (default: 0s)')
    .option('--bind-address <ip>', 'where probes and metrics are answered', '0.0.0.0')
    .option('--health-port <port>', '/livez, /readyz, /healthz; 0 takes any free port', parsePort, 10260)
    .option('--metrics-port <port>', '/metrics; 0 takes any free port', parsePort, 10261)
    .option('--config <path>', 'a KubeControllerManagerConfiguration; flags win over it')
    .option('-v, --v <level>', 'how much is logged', parseCount(0, 10), 2)
    .addOption(new Option('--logging-format <format>', 'of the log').choices(['text', 'json']).default('text'));
  return addConnectionFlags(command).action(async (flags: ControllersFlags) => {
    const { runControllers } = await import('./run-controllers.ts');
    const { untilStopped } = await import('./until-stopped.ts');
    const stop = new AbortController();
    void untilStopped().then(() => stop.abort());
    // LE18: after a lost lease nothing may go on, whatever is still under way.
    process.exit(await runControllers(flags, stop.signal));
  });
}

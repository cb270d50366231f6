/** What `fairlead controllers` runs with: flags win over the configuration file, which wins over defaults (E9). */
import { readFileSync } from 'node:fs';
import type { EndpointsControllerOptions } from '../../controllers/endpoints/index.ts';
import type { EndpointSliceControllerOptions } from '../../controllers/endpointslice/index.ts';
import type { MirroringControllerOptions } from '../../controllers/endpointslicemirroring/index.ts';
import { controllersIn, mostPerService, type Mode } from '../coexistence/index.ts';
import {
  ConfigError,
  parseDuration,
  readControllerManagerConfiguration,
  selectControllers,
  type ControllerManagerConfiguration,
} from '../config/index.ts';
import { checkTimings, defaultTimings, type Timings } from '../leaderelection/index.ts';
import type { ControllersFlags } from './controllers.ts';

/** Names and what they were called before, as upstream's. */
const known = {
  'endpoints-controller': { default: true, alias: 'endpoint' },
  'endpointslice-controller': { default: true, alias: 'endpointslice' },
  'endpointslice-mirroring-controller': { default: true, alias: 'endpointslicemirroring' },
} as const;

export interface ControllersSettings {
  readonly mode: Mode;
  /** Adopt although upstream is at work on the same objects (CX6). */
  readonly allowOverlap: boolean;
  /** CX5; 0: never. */
  readonly competingChangesLimit: number;
  readonly selected: ReadonlySet<keyof typeof known>;
  readonly election: { readonly namespace: string; readonly name: string; readonly timings: Timings } | undefined;
  readonly rateLimit: { readonly qps: number; readonly burst: number };
  readonly kubeconfig: string | undefined;
  readonly endpoints: EndpointsControllerOptions;
  readonly slices: EndpointSliceControllerOptions;
  readonly mirroring: MirroringControllerOptions;
}

export function controllersSettings(flags: ControllersFlags): ControllersSettings {
  const file = flags.config === undefined ? {} : readConfigFile(flags.config);
  const { generic = {} } = file;
  const { clientConnection = {} } = generic;
  const patterns = flags.controllers?.split(',') ?? generic.controllers ?? ['*'];
  const { mode, allowOverlap = false, competingChangesLimit = mostPerService } = flags;
  const selected = controllersIn(mode, selectControllers(patterns, known));
  if (selected.size === 0) throw new ConfigError(`--controllers leaves nothing that could run with --mode ${mode}.`);
  return {
    mode,
    allowOverlap,
    competingChangesLimit,
    selected,
    // Who writes nothing, not even a Lease, may run as often as you like.
    election: mode === 'observe' ? undefined : electionOf(flags, generic.leaderElection ?? {}),
    rateLimit: {
      qps: flags.kubeApiQps ?? (clientConnection.qps || 20),
      burst: flags.kubeApiBurst ?? (clientConnection.burst || 30),
    },
    kubeconfig: flags.kubeconfig ?? (clientConnection.kubeconfig || undefined),
    ...optionsOf(flags, file),
  };
}

function optionsOf(
  flags: ControllersFlags,
  file: ControllerManagerConfiguration,
): Pick<ControllersSettings, 'endpoints' | 'slices' | 'mirroring'> {
  const { endpointController = {}, endpointSliceController = {}, endpointSliceMirroringController: mirror = {} } = file;
  return {
    endpoints: {
      concurrentEndpointSyncs: flags.concurrentEndpointSyncs ?? (endpointController.concurrentEndpointSyncs || 5),
      endpointUpdatesBatchPeriodMs:
        durationOf(flags.endpointUpdatesBatchPeriod) ?? endpointController.endpointUpdatesBatchPeriod ?? 0,
    },
    slices: {
      concurrentServiceEndpointSyncs:
        flags.concurrentServiceEndpointSyncs ?? (endpointSliceController.concurrentServiceEndpointSyncs || 5),
      compactionWritesPerMinute: flags.endpointsliceCompactionWritesPerMinute ?? 0,
      maxEndpointsPerSlice: flags.maxEndpointsPerSlice ?? (endpointSliceController.maxEndpointsPerSlice || 100),
      endpointUpdatesBatchPeriodMs:
        durationOf(flags.endpointsliceUpdatesBatchPeriod) ?? endpointSliceController.endpointUpdatesBatchPeriod ?? 0,
    },
    mirroring: {
      mirroringConcurrentServiceEndpointSyncs:
        flags.mirroringConcurrentServiceEndpointSyncs ?? (mirror.mirroringConcurrentServiceEndpointSyncs || 5),
      mirroringMaxEndpointsPerSubset: mirror.mirroringMaxEndpointsPerSubset || 1000,
      mirroringEndpointSliceUpdatesBatchPeriodMs: mirror.mirroringEndpointUpdatesBatchPeriod ?? 0,
    },
  };
}

type FileElection = NonNullable<NonNullable<ControllerManagerConfiguration['generic']>['leaderElection']>;

function electionOf(flags: ControllersFlags, file: FileElection): ControllersSettings['election'] {
  if (!(flags.leaderElect ?? file.leaderElect ?? true)) return undefined;
  const timings = {
    leaseDurationMs: durationOf(flags.leaderElectLeaseDuration) ?? file.leaseDuration ?? defaultTimings.leaseDurationMs,
    renewDeadlineMs: durationOf(flags.leaderElectRenewDeadline) ?? file.renewDeadline ?? defaultTimings.renewDeadlineMs,
    retryPeriodMs: durationOf(flags.leaderElectRetryPeriod) ?? file.retryPeriod ?? defaultTimings.retryPeriodMs,
  };
  try {
    checkTimings(timings);
  } catch (error) {
    throw new ConfigError((error as Error).message);
  }
  return {
    namespace: flags.leaderElectResourceNamespace ?? (file.resourceNamespace || 'kube-system'),
    name: flags.leaderElectResourceName ?? (file.resourceName || 'fairlead-controllers'),
    timings,
  };
}

const durationOf = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : parseDuration(text);

function readConfigFile(path: string): ControllerManagerConfiguration {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`${path} cannot be read: ${(error as Error).message}`);
  }
  return readControllerManagerConfiguration({ file: path, text });
}

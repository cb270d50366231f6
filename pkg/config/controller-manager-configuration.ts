/** The file behind `fairlead controllers --config`: the parts of kube-controller-manager's that concern Services. */
import { ConfigError } from './config-error.ts';
import { readConfig } from './config-file.ts';
import type { ConfigOf, ConfigSource } from './config-file.ts';

const fields = {
  apiVersion: 'string',
  kind: 'string',
  generic: {
    minResyncPeriod: 'duration',
    controllers: 'strings',
    clientConnection: { kubeconfig: 'string', qps: 'number', burst: 'integer' },
    leaderElection: {
      leaderElect: 'boolean',
      leaseDuration: 'duration',
      renewDeadline: 'duration',
      retryPeriod: 'duration',
      resourceLock: 'string',
      resourceName: 'string',
      resourceNamespace: 'string',
    },
  },
  endpointController: { concurrentEndpointSyncs: 'integer', endpointUpdatesBatchPeriod: 'duration' },
  endpointSliceController: {
    concurrentServiceEndpointSyncs: 'integer',
    maxEndpointsPerSlice: 'integer',
    endpointUpdatesBatchPeriod: 'duration',
  },
  endpointSliceMirroringController: {
    mirroringConcurrentServiceEndpointSyncs: 'integer',
    mirroringMaxEndpointsPerSubset: 'integer',
    mirroringEndpointUpdatesBatchPeriod: 'duration',
  },
} as const;

/** Durations in ms; what the file does not say is absent, and the flag or its default counts. */
export type ControllerManagerConfiguration = ConfigOf<typeof fields>;

const kind = 'KubeControllerManagerConfiguration';
const apiVersion = 'kubecontrollermanager.config.k8s.io/v1alpha1';

/** Reads the file's text. Throws a ConfigError that says where, what was expected and what came. */
export function readControllerManagerConfiguration(source: ConfigSource): ControllerManagerConfiguration {
  const config = readConfig(source, fields);
  if (config.kind !== kind || config.apiVersion !== apiVersion) {
    const got = `apiVersion: ${config.apiVersion ?? '(none)'}, kind: ${config.kind ?? '(none)'}`;
    throw new ConfigError(`${source.file}: expected apiVersion: ${apiVersion}, kind: ${kind}; got ${got}`);
  }
  const lock = config.generic?.leaderElection?.resourceLock;
  if (lock !== undefined && lock !== '' && lock !== 'leases') {
    throw new ConfigError(`${source.file}: generic.leaderElection.resourceLock: expected leases, got ${lock}`);
  }
  return config;
}

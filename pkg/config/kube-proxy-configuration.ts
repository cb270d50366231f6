/** The file behind `fairlead proxy --config`: kube-proxy's own kind, so that a cluster's ConfigMap can stay as it is. */
import { ConfigError } from './config-error.ts';
import { readConfig } from './config-file.ts';
import type { ConfigOf, ConfigSource } from './config-file.ts';

const fields = {
  apiVersion: 'string',
  kind: 'string',
  bindAddress: 'string',
  bindAddressHardFail: 'boolean',
  clientConnection: {
    kubeconfig: 'string',
    qps: 'number',
    burst: 'integer',
    acceptContentTypes: 'unused',
    contentType: 'unused',
  },
  clusterCIDR: 'string',
  configSyncPeriod: 'duration',
  conntrack: {
    maxPerCore: 'integer',
    min: 'integer',
    tcpEstablishedTimeout: 'duration',
    tcpCloseWaitTimeout: 'duration',
    tcpBeLiberal: 'boolean',
    udpTimeout: 'duration',
    udpStreamTimeout: 'duration',
  },
  detectLocal: { bridgeInterface: 'string', interfaceNamePrefix: 'string' },
  detectLocalMode: 'string',
  enableProfiling: 'boolean',
  featureGates: 'unused',
  healthzBindAddress: 'string',
  hostnameOverride: 'string',
  iptables: {
    masqueradeAll: 'boolean',
    masqueradeBit: 'integer',
    localhostNodePorts: 'boolean',
    syncPeriod: 'duration',
    minSyncPeriod: 'duration',
  },
  ipvs: {
    scheduler: 'string',
    strictARP: 'boolean',
    excludeCIDRs: 'strings',
    tcpTimeout: 'duration',
    tcpFinTimeout: 'duration',
    udpTimeout: 'duration',
    syncPeriod: 'duration',
    minSyncPeriod: 'duration',
  },
  nftables: {
    masqueradeAll: 'boolean',
    masqueradeBit: 'integer',
    syncPeriod: 'duration',
    minSyncPeriod: 'duration',
  },
  logging: 'unused',
  metricsBindAddress: 'string',
  mode: 'string',
  nodePortAddresses: 'strings',
  oomScoreAdj: 'integer',
  portRange: 'string',
  showHiddenMetricsForVersion: 'unused',
  udpIdleTimeout: 'duration',
  windowsRunAsService: 'unused',
  winkernel: 'unused',
} as const;

/** Durations in ms; what the file does not say is absent, and the flag or its default counts. */
export type KubeProxyConfiguration = ConfigOf<typeof fields>;

const kind = 'KubeProxyConfiguration';
const apiVersion = 'kubeproxy.config.k8s.io/v1alpha1';

/** Reads the file's text. Throws a ConfigError that says where, what was expected and what came. */
export function readKubeProxyConfiguration(source: ConfigSource): KubeProxyConfiguration {
  const config = readConfig(source, fields);
  if (config.kind !== kind || config.apiVersion !== apiVersion) {
    const got = `apiVersion: ${config.apiVersion ?? '(none)'}, kind: ${config.kind ?? '(none)'}`;
    throw new ConfigError(`${source.file}: expected apiVersion: ${apiVersion}, kind: ${kind}; got ${got}`);
  }
  return config;
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ConfigError } from '../config/index.ts';
import { proxyCommand, type ProxyFlags } from './proxy.ts';
import { proxySettings, type ProxySettings } from './proxy-settings.ts';

const flagsOf = (...words: string[]): ProxyFlags =>
  proxyCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .action(() => undefined)
    .parse(words, { from: 'user' })
    .opts<ProxyFlags>();

const settingsOf = (...words: string[]): ProxySettings => proxySettings(flagsOf('--hostname-override=n1', ...words));

function fromFile(yaml: string, ...words: string[]): ProxySettings {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-proxy-'));
  try {
    const config = join(folder, 'config.yaml');
    writeFileSync(config, `apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n${yaml}`);
    return settingsOf('--config', config, ...words);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('proxySettings', () => {
  it('has the defaults of section 11', () => {
    expect(settingsOf()).toMatchObject({
      mode: 'iptables',
      nodeName: 'n1',
      healthz: { host: '0.0.0.0', port: 10_256 },
      metrics: { host: '127.0.0.1', port: 10_249 },
      masqueradeBit: 14,
      localhostNodePorts: true,
      syncPeriodMs: 30_000,
      minSyncPeriodMs: 1000,
      nodePortAddresses: [],
      ipvs: { scheduler: 'rr', strictARP: false },
      conntrack: { maxPerCore: 32_768, min: 131_072, tcpEstablishedSeconds: 86_400 },
    });
    expect(settingsOf('--proxy-mode=nftables').nodePortAddresses).toEqual(['primary']);
    expect(settingsOf('--proxy-mode=ipvs').minSyncPeriodMs).toBe(0);
  });

  it('takes flags before the file and the file before defaults (E9)', () => {
    const yaml = `mode: nftables
clusterCIDR: 10.244.0.0/16,fd00:244::/56
nftables: {masqueradeAll: true, minSyncPeriod: 10ms}
iptables: {masqueradeAll: false, syncPeriod: 45s}
conntrack: {maxPerCore: 0, tcpEstablishedTimeout: 0s}
healthzBindAddress: "[::]:1256"
metricsBindAddress: ""
logging: {format: json}
featureGates: {Something: true}
`;
    const settings = fromFile(yaml, '--healthz-port=7', '--conntrack-max-per-core=5');
    expect(settings).toMatchObject({
      mode: 'nftables',
      masqueradeAll: true,
      minSyncPeriodMs: 10,
      healthPeriodMs: 45_000,
      healthz: { host: '::', port: 7 },
      metrics: undefined,
      conntrack: { maxPerCore: 5, tcpEstablishedSeconds: 0 },
    });
    expect(settings.detectLocal).toMatchObject({ by: 'cluster-cidr', cidrs: [{ family: 'IPv4' }, { family: 'IPv6' }] });
  });

  it.each([
    [['--proxy-port-range=9-1'], 'the last port is below the first'],
    [['--proxy-mode=kernelspace'], 'expected one of userspace, iptables, ipvs, nftables'],
    [['--cluster-cidr=10.0.0.0/8,10.1.0.0/16'], 'one of each IP family'],
    [['--cluster-cidr=10.0.0.0'], 'expected an address range'],
    [['--detect-local-mode=Magic'], 'ClusterCIDR, NodeCIDR, BridgeInterface or InterfaceNamePrefix'],
    [['--detect-local-mode=BridgeInterface'], '--pod-bridge-interface'],
    [['--nodeport-addresses=everywhere'], '--nodeport-addresses'],
    [['--iptables-min-sync-period=1m'], 'between 0 and the sync period'],
    [['--healthz-bind-address=localhost:1'], 'expected a form like 0.0.0.0:10256'],
    [['--ipvs-scheduler=a b'], 'expected a name like rr'],
    [['--config=/nowhere/x'], '/nowhere/x cannot be read'],
  ])('refuses %j in one sentence', (words, sentence) => {
    const settings = (): unknown => settingsOf(...words);
    expect(settings).toThrow(ConfigError);
    expect(settings).toThrow(sentence);
  });

  it('names the field of a file that it does not know', () => {
    expect(() => fromFile('iptables: {masqueradeAl: true}\n')).toThrow('did you mean masqueradeAll');
  });
});

import { describe, expect, it, jest } from '@jest/globals';
import type { KubeObject } from '../api/types.ts';
import { silentLogger } from '../logging/index.ts';
import type { Runner } from '../proxy/apply/index.ts';
import { start, waitFor } from '../testing/index.ts';
import { proxyCommand, type ProxyFlags } from './proxy.ts';
import type { ProxyPorts } from './proxy-probes.ts';
import { runProxy } from './run-proxy.ts';

const flagsOf = (...words: string[]): ProxyFlags =>
  proxyCommand()
    .exitOverride()
    .action(() => undefined)
    .parse(words, { from: 'user' })
    .opts<ProxyFlags>();

const service: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'hostnames' },
  spec: { clusterIP: '10.96.1.175', selector: { app: 'hostnames' }, ports: [{ port: 80, targetPort: 9376 }] },
};
const node: KubeObject = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } };
const slice: KubeObject = {
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'hostnames-a', labels: { 'kubernetes.io/service-name': 'hostnames' } },
  addressType: 'IPv4',
  ports: [{ name: '', port: 9376, protocol: 'TCP' }],
  endpoints: ['10.244.1.5', '10.244.2.6', '10.244.3.7'].map((ip) => ({ addresses: [ip] })),
};
const objects = [service, node, slice];

jest.setTimeout(30_000);

/** Pretends that every tool is there and does as it is told; remembers inputs. */
function pretended() {
  const inputs: string[] = [];
  const state = { fails: false };
  const run: Runner = async (command, _args, input = '') => {
    if (input !== '') inputs.push(input);
    return { code: state.fails && command.endsWith('-restore') ? 4 : 0, stdout: '', stderr: '' };
  };
  return { run, inputs, state };
}

describe('fairlead proxy (I4)', () => {
  it.each([
    ['iptables', '-A KUBE-SERVICES -m comment --comment "default/hostnames cluster IP"', 'iptables-restore'],
    ['nftables', 'add table ip kube-proxy', 'nft -f -'],
    ['ipvs', '-A -t 10.96.1.175:80 -s rr', 'ipvsadm --restore'],
    ['userspace', '--comment default/hostnames -p tcp -m tcp --dport 80 -d 10.96.1.175', 'iptables-restore'],
  ])('--dry-run prints what %s mode would apply, and runs nothing', async (mode, rule, command) => {
    await using cluster = await start({ controllers: false, objects });
    const printed: string[] = [];
    const run: Runner = () => Promise.reject(new Error('nothing may be run'));
    const flags = flagsOf(
      '--dry-run',
      `--proxy-mode=${mode}`,
      '--hostname-override=n1',
      '--kubeconfig',
      cluster.kubeconfigPath,
    );
    const print = (text: string): void => void printed.push(text);
    const status = await runProxy(flags, new AbortController().signal, { run, print, log: silentLogger });
    expect([status, printed.join('')]).toEqual([0, expect.stringContaining(rule)]);
    expect(printed.join('')).toContain(`# ${command}`);
  });

  it('--once writes once and ends with 0, or with 1 when it was refused', async () => {
    await using cluster = await start({ controllers: false, objects });
    const { run, inputs, state } = pretended();
    const flags = flagsOf('--once', '--hostname-override=n1', '--kubeconfig', cluster.kubeconfigPath);
    const once = (): Promise<number> => runProxy(flags, new AbortController().signal, { run, log: silentLogger });
    expect(await once()).toBe(0);
    expect(inputs.filter((text) => text.includes('10.96.1.175'))).toHaveLength(1);
    state.fails = true;
    expect(await once()).toBe(1);
  });

  it('syncs what changes, tells how it is, and counts under the usual names (H11, H12, M20, M28)', async () => {
    await using cluster = await start({ controllers: false, objects });
    const { run, inputs } = pretended();
    const stop = new AbortController();
    const ports = Promise.withResolvers<ProxyPorts>();
    const flags = flagsOf(
      '--hostname-override=n1',
      '--kubeconfig',
      cluster.kubeconfigPath,
      '--healthz-port=0',
      '--metrics-port=0',
      '--iptables-min-sync-period=0s',
    );
    const exit = runProxy(flags, stop.signal, { run, log: silentLogger, onPorts: ports.resolve });
    try {
      const { healthz, metrics } = await ports.promise;
      await waitFor(() => inputs.some((text) => text.includes('10.96.1.175')));
      await cluster.client.patch(
        { group: '', version: 'v1', resource: 'services', kind: 'Service', namespaced: true },
        { namespace: 'default', name: 'hostnames' },
        'merge',
        { spec: { externalIPs: ['198.51.100.7'] } },
      );
      await waitFor(() => inputs.some((text) => text.includes('198.51.100.7')));
      const health = (await (await fetch(`http://127.0.0.1:${healthz}/healthz`)).json()) as object;
      expect(Object.keys(health).sort()).toEqual(['currentTime', 'lastUpdated', 'nodeEligible']);
      expect((await fetch(`http://127.0.0.1:${healthz}/livez`)).status).toBe(200);
      expect(await (await fetch(`http://127.0.0.1:${metrics}/proxyMode`)).text()).toBe('iptables');
      const text = await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text();
      for (const line of [
        'kubeproxy_sync_full_proxy_rules_duration_seconds_count{ip_family="IPv4"} 1',
        'kubeproxy_sync_proxy_rules_service_changes_total 3',
        // The slice of the kubernetes Service is one of them.
        'kubeproxy_sync_proxy_rules_endpoint_changes_total 2',
        'kubeproxy_proxy_healthz_total{code="200"} 1',
        'kubeproxy_sync_proxy_rules_iptables_total{ip_family="IPv4",table="nat"}',
      ])
        expect(text).toContain(line);
    } finally {
      stop.abort();
    }
    expect(await exit).toBe(0);
  });

  it('says which tool is missing and how to get it', async () => {
    const run: Runner = async () => ({ code: 127, stdout: '', stderr: 'ENOENT' });
    const flags = flagsOf('--proxy-mode=nftables', '--hostname-override=n1');
    await expect(runProxy(flags, new AbortController().signal, { run, log: silentLogger })).rejects.toThrow(
      'apt-get install nftables',
    );
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import { endpointSlices, leases } from '../api/resources.ts';
import type { EndpointSlice, KubeObject } from '../api/types.ts';
import { ConfigError } from '../config/index.ts';
import { silentLogger } from '../logging/index.ts';
import { start, waitFor } from '../testing/index.ts';
import { controllersCommand, type ControllersFlags } from './controllers.ts';
import { controllersSettings } from './controllers-settings.ts';
import { runControllers, type ControllersPorts } from './run-controllers.ts';

const flagsOf = (...words: string[]): ControllersFlags =>
  controllersCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .action(() => undefined)
    .parse(words, { from: 'user' })
    .opts<ControllersFlags>();

const service: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
};

jest.setTimeout(20_000);
const patience = { timeoutMs: 15_000 };

describe('fairlead controllers (I3)', () => {
  it('holds a Lease, writes slices, answers probes, and gives the Lease back when it is stopped', async () => {
    await using cluster = await start({ controllers: false, objects: [service] });
    const stop = new AbortController();
    const { kubeconfigPath } = cluster;
    const flags = flagsOf(
      '--kubeconfig',
      kubeconfigPath,
      '--health-port=0',
      '--metrics-port=0',
      '--bind-address=127.0.0.1',
    );
    const { promise: ports, resolve } = Promise.withResolvers<ControllersPorts>();
    const exit = runControllers(flags, stop.signal, resolve, silentLogger);
    try {
      const labelSelector = 'kubernetes.io/service-name=web';
      await waitFor(async () => {
        const { items } = await cluster.client.list<EndpointSlice>(endpointSlices, { labelSelector });
        return items.length === 1;
      }, patience);
      const { health, metrics } = await Promise.race([ports, exit.then(() => Promise.reject(new Error('ended')))]);
      for (const path of ['livez', 'readyz', 'healthz']) {
        expect(await (await fetch(`http://127.0.0.1:${health}/${path}`)).text()).toBe('ok');
      }
      expect(await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text()).toContain(
        'leader_election_master_status{name="fairlead-controllers"} 1',
      );
    } finally {
      stop.abort();
    }
    expect(await exit).toBe(0);
    const lease = await cluster.client.get(leases, { namespace: 'kube-system', name: 'fairlead-controllers' });
    expect((lease['spec'] as { holderIdentity?: string }).holderIdentity ?? '').toBe('');
  });

  it('exits 1 when somebody else takes the Lease (LE18)', async () => {
    await using cluster = await start({ controllers: false });
    const flags = flagsOf('--kubeconfig', cluster.kubeconfigPath, '--health-port=0', '--metrics-port=0');
    const exit = runControllers(flags, new AbortController().signal, undefined, silentLogger);
    const key = { namespace: 'kube-system', name: 'fairlead-controllers' };
    await waitFor(
      () =>
        cluster.client.get(leases, key).then(
          () => true,
          () => false,
        ),
      patience,
    );
    await cluster.client.patch(leases, key, 'merge', { spec: { holderIdentity: 'somebody-else' } });
    expect(await exit).toBe(1);
  });
});

describe('controllersSettings', () => {
  it('takes flags before the file and the file before defaults (E9)', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fairlead-controllers-'));
    try {
      const config = join(folder, 'config.yaml');
      writeFileSync(
        config,
        `apiVersion: kubecontrollermanager.config.k8s.io/v1alpha1
kind: KubeControllerManagerConfiguration
generic: {controllers: ["-endpoint", "*"], clientConnection: {qps: 50}, leaderElection: {leaderElect: false}}
endpointSliceController: {maxEndpointsPerSlice: 7, concurrentServiceEndpointSyncs: 3}
`,
      );
      const settings = controllersSettings(flagsOf('--config', config, '--max-endpoints-per-slice=9'));
      expect(settings).toMatchObject({
        election: undefined,
        rateLimit: { qps: 50, burst: 30 },
        slices: { maxEndpointsPerSlice: 9, concurrentServiceEndpointSyncs: 3 },
      });
      expect([...settings.selected]).toEqual(['endpointslice-controller', 'endpointslice-mirroring-controller']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each([
    [['--mode=own', '--controllers=endpoint'], 'leaves nothing that could run with --mode own'],
    [['--controllers=endpoinds-controller'], 'did you mean endpoints-controller'],
    [['--leader-elect-lease-duration=5s'], 'lease duration longer than the renew deadline'],
    [['--endpoint-updates-batch-period=5'], 'missing unit in duration'],
    [['--config=/nowhere/x'], '/nowhere/x cannot be read'],
  ])('refuses %j in one sentence', (words, sentence) => {
    const settings = (): unknown => controllersSettings(flagsOf(...words));
    expect(settings).toThrow(ConfigError);
    expect(settings).toThrow(sentence);
  });
});

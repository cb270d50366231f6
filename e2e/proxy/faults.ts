/** Traffic of Services that nobody touches goes on, whatever happens to the proxy; a counter of connections tells. */
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, RestClient } from '../rest.ts';
import { findProgram } from '../server.ts';
import type { Check } from '../suite.ts';
import { countConnections, type Tally } from './connections.ts';
import { startRunningProxy, type RunningProxy } from './running-proxy.ts';

type Mode = 'iptables' | 'nftables';

const others: Record<Mode, Mode> = { iptables: 'nftables', nftables: 'iptables' };
const thousand = 1000;

export async function checkFaults(mode: Mode, check: Check): Promise<void> {
  await using running = await startRunningProxy(`faults-${mode}`);
  const api = RestClient.fromKubeconfig(running.server.kubeconfig);
  const cluster = new TestCluster(api, running, mode);
  try {
    await cluster.fill();
    running.start(mode);
    await cluster.untilServed();
    await check(`${mode}: the API server goes away and comes back`, () =>
      uninterrupted(running, async () => {
        await running.server.restart();
        await cluster.change();
      }),
    );
    await check(`${mode}: the tool fails, once and again`, () => toolFails(running, cluster, mode));
    await check(`${mode}: kill −9 in the middle of syncs, and a new start`, () =>
      uninterrupted(running, async () => {
        for (let round = 0; round < 3; round += 1) {
          await cluster.write();
          await running.stop('SIGKILL');
          running.start(mode);
        }
        await cluster.change();
      }),
    );
    await check(`${mode}: a new start with ${thousand} Services present`, async () => {
      await cluster.fillUp(thousand);
      await uninterrupted(running, async () => {
        await running.stop();
        running.start(mode);
        await cluster.change();
      });
    });
    await check(`${mode}: a change of mode and back has no gap and leaves nothing`, async () => {
      await uninterrupted(running, async () => {
        for (const next of [others[mode], mode]) {
          await running.stop();
          running.start(next);
          await cluster.untilOnly(next);
        }
      });
    });
    await check(`${mode}: rules flushed by a stranger come back by themselves`, () => flushed(running, cluster, mode));
  } finally {
    await api.close();
  }
}

/** Runs the fault while connections are made; none may fail, and there must have been some. */
async function uninterrupted(running: RunningProxy, fault: () => Promise<void>): Promise<void> {
  const counting = countConnections(running.network);
  try {
    await fault();
  } catch (error) {
    await counting.stop();
    throw new Error(`${(error as Error).message}\n${running.output().slice(-2000)}`, { cause: error });
  }
  told(await counting.stop(), running);
}

function told({ served, failures }: Tally, running: RunningProxy): void {
  console.log(`      ${served} connections served, ${failures.length} failed`);
  if (served < 20) throw new Error(`only ${served} connections were made`);
  if (failures.length > 0) throw new Error(`${failures.slice(0, 5).join('\n')}\n${running.output().slice(-2000)}`);
}

/** A tool that fails as long as a file exists, before the real one. */
async function toolFails(running: RunningProxy, cluster: TestCluster, mode: Mode): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-tools-'));
  const name = mode === 'iptables' ? 'iptables-restore' : 'nft';
  const [real = '', flag] = [findProgram(name), join(folder, 'fails')];
  try {
    writeFileSync(
      join(folder, name),
      `#!/bin/sh\nif [ -e ${flag} ]; then echo "$0: line 1 failed" >&2; exit 4; fi\nexec ${real} "$@"\n`,
    );
    chmodSync(join(folder, name), 0o755);
    await uninterrupted(running, async () => {
      await running.stop();
      running.start(mode, folder);
      await cluster.change();
      writeFileSync(flag, '');
      await cluster.write();
      await eventually('failures in the log', () =>
        running.output().includes('could not be written') ? true : undefined,
      );
      rmSync(flag);
      await cluster.untilWritten();
    });
  } finally {
    if (existsSync(folder)) rmSync(folder, { recursive: true });
  }
}

async function flushed(running: RunningProxy, cluster: TestCluster, mode: Mode): Promise<void> {
  const { onNode } = running.network;
  if (mode === 'nftables') await onNode('nft', ['delete', 'table', 'ip', 'kube-proxy']);
  else
    for (const table of ['nat', 'filter', 'mangle'])
      for (const verb of ['-F', '-X']) await onNode('iptables', ['-t', table, verb]);
  const from = Date.now();
  await cluster.untilServed();
  console.log(`      healed after ${Date.now() - from} ms, with a period of 1 s`);
}

/** One Service that is asked and never touched, another that changes. */
class TestCluster {
  readonly #api: RestClient;
  readonly #running: RunningProxy;
  #mode: Mode;
  #changes = 0;

  constructor(api: RestClient, running: RunningProxy, mode: Mode) {
    this.#api = api;
    this.#running = running;
    this.#mode = mode;
  }

  async fill(): Promise<void> {
    await this.#api.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    await this.#api.post('/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } });
    await this.#service('web', { type: 'NodePort', clusterIP: '10.96.0.10', ports: [{ port: 80, nodePort: 30_080 }] });
    await this.#service('other', { clusterIP: '10.96.0.11', ports: [{ port: 80 }] });
    await this.#slice('web', ['10.244.1.11', '10.244.2.12']);
  }

  async fillUp(count: number): Promise<void> {
    for (let from = 0; from < count; from += 20)
      await Promise.all(
        Array.from({ length: 20 }, async (_, offset) => {
          const name = `many-${from + offset}`;
          await this.#service(name, { ports: [{ port: 80 }] });
          await this.#slice(name, ['10.244.3.1', '10.244.3.2', '10.244.3.3']);
        }),
      );
    await this.change();
  }

  /** Changes something that the kernel will show. */
  async write(): Promise<void> {
    this.#changes += 1;
    await this.#api.patch('/api/v1/namespaces/shop/services/other', {
      spec: { ports: [{ port: 10_000 + this.#changes, targetPort: 80 }] },
    });
  }

  async change(): Promise<void> {
    await this.write();
    await this.untilWritten();
  }

  async untilWritten(): Promise<void> {
    const text = `${10_000 + this.#changes}`;
    await eventually(
      `${text} in the kernel`,
      async () => ((await this.#rules()).includes(text) ? true : undefined),
      60,
    );
  }

  async untilServed(): Promise<void> {
    await eventually('an answer', async () => {
      const request = { protocol: 'tcp', host: '10.96.0.10', port: 80, timeoutMs: 300 } as const;
      return (await this.#running.network.ask('cli', request)).served;
    });
  }

  async untilOnly(mode: Mode): Promise<void> {
    this.#mode = mode;
    await this.change();
    const { onNode } = this.#running.network;
    await eventually(
      `${mode} rules alone`,
      async () => {
        const { stdout } = await onNode('nft', ['list', 'ruleset']);
        const has = { iptables: stdout.includes('KUBE-SVC'), nftables: stdout.includes('table ip kube-proxy') };
        return has[mode] && !has[others[mode]] ? true : undefined;
      },
      60,
    );
  }

  async #rules(): Promise<string> {
    const { onNode } = this.#running.network;
    if (this.#mode === 'iptables') return (await onNode('iptables-save', [])).stdout;
    return (await onNode('nft', ['list', 'ruleset'])).stdout;
  }

  async #service(name: string, spec: object): Promise<void> {
    const { code, body } = await this.#api.post('/api/v1/namespaces/shop/services', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'shop' },
      spec,
    });
    if (code !== 201) throw new Error(JSON.stringify(body));
  }

  async #slice(service: string, addresses: readonly string[]): Promise<void> {
    await this.#api.post('/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices', {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: `${service}-a`, namespace: 'shop', labels: { 'kubernetes.io/service-name': service } },
      addressType: 'IPv4',
      ports: [{ name: '', port: 8080, protocol: 'TCP' }],
      endpoints: addresses.map((address) => ({ addresses: [address] })),
    });
  }
}

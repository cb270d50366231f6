import { eventually, type RestClient } from '../rest.ts';
import type { RunningProxy } from './running-proxy.ts';

export type Mode = 'iptables' | 'nftables';

export const others: Record<Mode, Mode> = { iptables: 'nftables', nftables: 'iptables' };

/** One Service that is asked and never touched, another that changes. */
export class TestCluster {
  readonly #api: RestClient;
  readonly #running: RunningProxy;
  #mode: Mode;
  #changes = 0;
  readonly #save: string;

  /** `save`: what lists the rules of iptables mode. */
  constructor(api: RestClient, running: RunningProxy, mode: Mode, save = 'iptables-save') {
    this.#save = save;
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
    if (this.#mode === 'iptables') return (await onNode(this.#save, [])).stdout;
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

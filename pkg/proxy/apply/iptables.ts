/** The iptables mode: jumps ensured one by one, everything else by one restore a sync (4.2, 4.7). */
import type { Clock } from '../../clock/clock.ts';
import {
  canaryChain,
  canaryTables,
  IptablesRenderer,
  isServiceChain,
  jumps,
  type IptablesOptions,
} from '../iptables/render/index.ts';
import type { Change, Family, NodeModel } from '../model/index.ts';
import type { BackEnd, SyncReport } from './back-end.ts';
import { IptablesTool, nothing, type Kept } from './iptables-tool.ts';
import { must, type Runner } from './runner.ts';

export interface IptablesBackEndOptions {
  readonly family: Family;
  readonly run: Runner;
  readonly clock: Clock;
  readonly rules?: IptablesOptions;
  /** In large clusters stale chains are looked for at most this often (I46). Default 30 s. */
  readonly syncPeriodMs?: number;
}

const largeClusterEndpoints = 1000;
const natChains = ['KUBE-SERVICES', 'KUBE-NODEPORTS', 'KUBE-POSTROUTING', 'KUBE-MARK-MASQ'];
const filterChains = [
  'KUBE-SERVICES',
  'KUBE-EXTERNAL-SERVICES',
  'KUBE-FORWARD',
  'KUBE-NODEPORTS',
  'KUBE-PROXY-FIREWALL',
];

export class IptablesBackEnd implements BackEnd {
  readonly #options: IptablesBackEndOptions;
  readonly #tool: IptablesTool;
  readonly #renderer: IptablesRenderer;
  #needsFull = true;
  #cleanedAt = Number.NEGATIVE_INFINITY;

  constructor(options: IptablesBackEndOptions) {
    this.#options = options;
    this.#tool = new IptablesTool(options.run, options.family);
    this.#renderer = new IptablesRenderer(options.rules ?? {});
  }

  async sync(model: NodeModel, change?: Change): Promise<SyncReport> {
    const isFull = change === undefined || this.#needsFull;
    try {
      if (isFull) await this.#prepare();
      const existingNatChains = this.#mayClean(model) ? ((await this.#tool.chains('nat')) ?? []) : [];
      const scope = isFull ? {} : { services: change.services };
      const input = this.#renderer.render(model, { ...scope, existingNatChains });
      await this.#tool.restore(input.text);
      this.#needsFull = false;
      return { noLocalEndpoints: input.noLocalEndpoints, rules: input.rules };
    } catch (error) {
      this.#needsFull = true; // I64
      throw error;
    }
  }

  async isIntact(): Promise<boolean> {
    return this.#tool.hasChain('mangle', canaryChain);
  }

  /** What is there whatever Services exist, KUBE-FIREWALL apart: that is shared with the kubelet and stays (I11). */
  static readonly fixed: Kept = {
    jumps: jumps.filter(({ to }) => to !== 'KUBE-FIREWALL'),
    chains: [...natChains, ...filterChains],
  };

  /** I69, and the chains that upstream leaves behind; less what another mode has just filled. */
  async cleanup(kept: Kept = nothing): Promise<void> {
    await this.#tool.deleteJumps(IptablesBackEnd.fixed.jumps, kept);
    const service = ((await this.#tool.chains('nat')) ?? []).filter(isServiceChain);
    const gone = (chain: string): boolean => !kept.chains.includes(chain);
    await this.#tool.deleteChains('nat', [...natChains, ...service].filter(gone));
    await this.#tool.deleteChains('filter', filterChains.filter(gone));
    for (const table of canaryTables) await this.#tool.deleteChains(table, [canaryChain]);
  }

  /** I10, I68, I70. */
  async #prepare(): Promise<void> {
    await this.#tool.ensure(
      jumps,
      canaryTables.map((table) => ({ table, chain: canaryChain })),
    );
    if (this.#usesLocalhost()) await must(this.#options.run, 'sysctl', ['-qw', 'net.ipv4.conf.all.route_localnet=1']);
  }

  #usesLocalhost(): boolean {
    const { localhostNodePorts = true, nodePortAddresses = { kind: 'all' } } = this.#options.rules ?? {};
    const includesLoopback =
      nodePortAddresses.kind === 'all' || nodePortAddresses.ips.some((ip) => ip.startsWith('127.'));
    return this.#options.family === 'IPv4' && localhostNodePorts && includesLoopback;
  }

  #mayClean({ ports }: NodeModel): boolean {
    const { clock, syncPeriodMs = 30_000 } = this.#options;
    const endpoints = ports.reduce((sum, plan) => sum + plan.endpoints.length, 0);
    if (endpoints > largeClusterEndpoints && clock.monotonic() - this.#cleanedAt < syncPeriodMs) return false;
    this.#cleanedAt = clock.monotonic();
    return true;
  }
}

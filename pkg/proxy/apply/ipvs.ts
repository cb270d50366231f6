/**
 * The IPVS mode: sets, addresses, virtual servers, rules, in that order, each in one batch (V46). Rules look into sets,
 * so sets come first; an address that nobody serves any more goes last.
 */
import { release } from 'node:os';
import {
  dummyDevice,
  filterChains,
  jumps,
  natChains,
  planAddresses,
  planServers,
  planSets,
  renderIpvs,
  setName,
  type IpvsOptions,
} from '../ipvs/render/index.ts';
import { parseAddress, type Cidr, type Family, type NodeModel } from '../model/index.ts';
import type { BackEnd, SyncReport } from './back-end.ts';
import { IptablesTool, nothing, type Kept } from './iptables-tool.ts';
import { observeAddresses, observeServers, observeSets } from './ipvs-observe.ts';
import { must, type Runner } from './runner.ts';

export interface IpvsBackEndOptions {
  readonly family: Family;
  readonly run: Runner;
  readonly rules?: Omit<IpvsOptions, 'nodeAddresses'>;
  /** Virtual servers in here are somebody else's (V15). */
  readonly excludeCIDRs?: readonly Cidr[];
  /** Do not answer ARP for virtual addresses (V3). Default false. */
  readonly strictARP?: boolean;
  /** Seconds, 0 keeps the system's value (V4). */
  readonly timeouts?: { readonly tcp?: number; readonly tcpFin?: number; readonly udp?: number };
  /** Default this machine's. */
  readonly kernelRelease?: string;
}

/** How often removed endpoints are looked at until their connections are over (V17). */
const drainCheckMs = 60_000;

export class IpvsBackEnd implements BackEnd {
  readonly #options: IpvsBackEndOptions;
  readonly #tool: IptablesTool;
  #draining: ReadonlySet<string> = new Set();
  #isFirst = true;

  constructor(options: IpvsBackEndOptions) {
    this.#options = options;
    this.#tool = new IptablesTool(options.run, options.family);
  }

  /** Sets are compared with the kernel every time, so a change makes no difference to how much is done. */
  async sync(model: NodeModel): Promise<SyncReport> {
    const { run, family } = this.#options;
    if (this.#isFirst) await this.#prepare();
    const addresses = (await observeAddresses(run)).filter(({ ip }) => parseAddress(ip)?.family === family);
    const ipsOf = (bound: boolean): string[] =>
      addresses.filter(({ device }) => (device === dummyDevice) === bound).map(({ ip }) => ip);
    const program = renderIpvs(model, { ...this.#options.rules, nodeAddresses: ipsOf(false) });

    await this.#batch('ipset', ['restore', '-exist'], planSets(program.sets, await observeSets(run)));
    const { bind, unbind } = planAddresses(program.addresses, ipsOf(true), family);
    await this.#batch('ip', ['-batch', '-'], bind);
    const plan = planServers(program.servers, await observeServers(run), {
      family,
      draining: this.#draining,
      isFirst: this.#isFirst,
      excludeCIDRs: this.#options.excludeCIDRs ?? [],
    });
    await this.#batch('ipvsadm', ['--restore'], plan.lines);
    this.#draining = plan.draining;
    await this.#tool.ensure(jumps, []);
    await this.#tool.restore(program.restoreInput);
    await this.#batch('ip', ['-batch', '-'], unbind);
    this.#isFirst = false;
    const { noLocalEndpoints } = program;
    return this.#draining.size > 0 ? { noLocalEndpoints, againAfterMs: drainCheckMs } : { noLocalEndpoints };
  }

  async isIntact(): Promise<boolean> {
    return this.#tool.hasChain('nat', 'KUBE-LOAD-BALANCER');
  }

  static readonly fixed: Kept = { jumps, chains: [...natChains, ...filterChains] };

  /**
   * V45: servers, device, rules, sets, in that order, because a set that a rule looks into cannot go. Less what another
   * mode has just filled.
   */
  async cleanup(kept: Kept = nothing): Promise<void> {
    const { run, family } = this.#options;
    const ours = (await observeServers(run)).filter(({ address }) => this.#isOurFamily(address));
    await this.#batch('ipvsadm', ['--restore'], planServers([], ours, { family }).lines);
    await run('ip', ['link', 'delete', dummyDevice]);
    await this.#tool.deleteJumps(jumps, kept);
    const gone = (chain: string): boolean => !kept.chains.includes(chain);
    await this.#tool.deleteChains('nat', natChains.filter(gone));
    await this.#tool.deleteChains('filter', filterChains.filter(gone));
    const names = [...(await observeSets(run)).keys()].filter((name) => setNames(family).has(name));
    await this.#batch(
      'ipset',
      ['restore'],
      names.map((name) => `destroy ${name}`),
    );
  }

  #isOurFamily(address: string): boolean {
    return address.startsWith('[') === (this.#options.family === 'IPv6');
  }

  /** V1–V4, V10. */
  async #prepare(): Promise<void> {
    const { run, strictARP = false, timeouts = {} } = this.#options;
    const settings = [
      'net.ipv4.vs.conntrack=1',
      ...(reusesConnections(this.#options.kernelRelease ?? release()) ? ['net.ipv4.vs.conn_reuse_mode=0'] : []),
      'net.ipv4.vs.expire_nodest_conn=1',
      'net.ipv4.vs.expire_quiescent_template=1',
      'net.ipv4.ip_forward=1',
      ...(strictARP ? ['net.ipv4.conf.all.arp_ignore=1', 'net.ipv4.conf.all.arp_announce=2'] : []),
    ];
    for (const setting of settings) await must(run, 'sysctl', ['-qw', setting]);
    const { tcp = 0, tcpFin = 0, udp = 0 } = timeouts;
    if (tcp > 0 || tcpFin > 0 || udp > 0) await must(run, 'ipvsadm', ['--set', `${tcp}`, `${tcpFin}`, `${udp}`]);
    const { code } = await run('ip', ['link', 'show', dummyDevice]);
    if (code !== 0) await must(run, 'ip', ['link', 'add', dummyDevice, 'type', 'dummy']);
  }

  async #batch(command: string, args: readonly string[], lines: readonly string[]): Promise<void> {
    if (lines.length > 0) await must(this.#options.run, command, args, `${lines.join('\n')}\n`);
  }
}

/** V2: 4.1 brought the mode, 5.9 made it harmless. */
function reusesConnections(kernelRelease: string): boolean {
  const [major = 0, minor = 0] = kernelRelease.split('.').map(Number);
  const version = major * 1000 + minor;
  return version >= 4001 && version < 5009;
}

function setNames(family: Family): Set<string> {
  const empty: NodeModel = { family, node: { name: '', labels: {} }, ports: [], conflicts: [] };
  return new Set(renderIpvs(empty, { nodeAddresses: [] }).sets.map(({ key }) => setName(key, family)));
}

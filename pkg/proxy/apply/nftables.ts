/** The nftables mode: one table a family, one transaction a sync (N3). */
import type { Clock } from '../../clock/clock.ts';
import type { Change, Family, NodeModel } from '../model/index.ts';
import {
  NftablesProgram,
  renderNftablesCleanup,
  tableName,
  type ExistingObjects,
  type NftablesOptions,
} from '../nftables/render/index.ts';
import { countNoLocalEndpoints, type BackEnd, type SyncReport } from './back-end.ts';
import { must, ToolError, type Runner } from './runner.ts';

export interface NftablesBackEndOptions {
  readonly family: Family;
  readonly run: Runner;
  readonly clock: Clock;
  readonly rules?: NftablesOptions;
}

/** How long an emptied chain waits before it is deleted (N42). */
const staleChainMs = 1000;

export class NftablesBackEnd implements BackEnd {
  readonly #options: NftablesBackEndOptions;
  readonly #program: NftablesProgram;
  readonly #ip: 'ip' | 'ip6';
  #needsFull = true;
  #syncedAt = 0;

  constructor(options: NftablesBackEndOptions) {
    this.#options = options;
    this.#ip = options.family === 'IPv4' ? 'ip' : 'ip6';
    this.#program = new NftablesProgram(options.family, options.rules);
  }

  async sync(model: NodeModel, change?: Change): Promise<SyncReport> {
    try {
      const isPartial = change !== undefined && !this.#needsFull;
      if (!isPartial || !(await this.#writeChange(change))) await this.#writeAll(model);
    } catch (error) {
      this.#needsFull = true; // N43
      throw error;
    }
    this.#needsFull = false;
    this.#syncedAt = this.#options.clock.monotonic();
    return { noLocalEndpoints: countNoLocalEndpoints(model) };
  }

  /** Names alone: asked for one chain, nft reads every element of the table, two seconds of 44,000 Services. */
  async isIntact(): Promise<boolean> {
    return (await this.#names('chain')).includes('services');
  }

  async cleanup(): Promise<void> {
    await this.#commit(renderNftablesCleanup(this.#options.family));
  }

  /**
   * False when the table is not what was remembered: somebody took out elements, say. Nothing was written then, and
   * writing everything at once leaves nobody waiting for a retry (N41).
   */
  async #writeChange(change: Change): Promise<boolean> {
    try {
      await this.#deleteStaleChains();
      await this.#commit(this.#program.partial(change));
      return true;
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      return false;
    }
  }

  async #writeAll(model: NodeModel): Promise<void> {
    const existing = await this.#existing();
    for (const text of this.#program.full(model, { existing })) await this.#commit(text);
  }

  async #deleteStaleChains(): Promise<void> {
    if (this.#options.clock.monotonic() - this.#syncedAt < staleChainMs) return;
    await this.#commit(this.#program.cleanup());
  }

  async #commit(transaction: string): Promise<void> {
    if (transaction !== '') await must(this.#options.run, 'nft', ['-f', '-'], transaction);
  }

  /** Names of what our table holds; nothing when there is no table, or nft cannot say. */
  async #existing(): Promise<ExistingObjects> {
    const [chains, sets, maps] = await Promise.all([this.#names('chain'), this.#names('set'), this.#names('map')]);
    return { chains, sets, maps };
  }

  async #names(kind: 'chain' | 'set' | 'map'): Promise<string[]> {
    const { code, stdout } = await this.#options.run('nft', ['-t', '-j', 'list', `${kind}s`, this.#ip]);
    if (code !== 0) return [];
    const { nftables } = JSON.parse(stdout) as { nftables: Record<string, { table?: string; name?: string }>[] };
    return nftables.flatMap((entry) => {
      const object = entry[kind];
      return object?.table === tableName && object.name !== undefined ? [object.name] : [];
    });
  }
}

/**
 * The table over time: a full transaction to begin with, then ones that cost what changed (5.5). It remembers what it
 * wrote, because nft refuses to add an element with another verdict or to delete a missing one (N41); after a failure
 * that memory is worth nothing and the next sync has to be full.
 *
 * A transaction is read from top to bottom, so: 1 chains appear, empty; 2 sets appear; 3 rules; 4 elements leave, then
 * come; 5 chains that nothing leads to any more are emptied, and their sets go. The chains themselves go in a later
 * transaction, since some kernels still count the element that was just deleted (N42).
 */
import type { Change, Family, NodeModel, PortPlan } from '../../model/index.ts';
import { servicePortKey } from '../../model/index.ts';
import { contextOf, type Context } from './context.ts';
import { ElementStore } from './element-store.ts';
import { isFilledAhead } from './flat.ts';
import { renderFrame, type Frame } from './frame.ts';
import type { NftablesOptions } from './options.ts';
import { renderPort } from './port.ts';
import type { Element, PortObjects } from './ruleset.ts';
import { SharedChains } from './shared-chains.ts';
import { Transaction } from './transaction.ts';

/** What the kernel says is there before a full sync; names only. */
export interface ExistingObjects {
  readonly chains: readonly string[];
  readonly sets: readonly string[];
  readonly maps: readonly string[];
}

export interface FullSyncOptions {
  readonly existing?: ExistingObjects;
  /** Service ports beyond which chains are made in several transactions (N44). Default 2000. */
  readonly chunkAbove?: number;
}

const portsPerChunk = 1000;

export class NftablesProgram {
  readonly #context: Context;
  readonly #ports = new Map<string, PortObjects>();
  readonly #elements = new ElementStore();
  readonly #shared = new SharedChains();
  readonly #stale = new Set<string>();
  #baseChainsRenewed = false;

  constructor(family: Family, options: NftablesOptions = {}) {
    this.#context = contextOf(family, options);
  }

  /**
   * Transactions to run in order; one, unless there is very much to make and nothing there yet (N44): over a table that
   * serves, whatever is emptied has to be filled in the same transaction (N45). Forgets everything known before.
   */
  full({ ports }: NodeModel, { existing, chunkAbove = 2000 }: FullSyncOptions = {}): string[] {
    this.#ports.clear();
    this.#elements.clear();
    this.#shared.clear();
    this.#stale.clear();
    const first = this.#begin();
    const frame = this.#renewFrame(first);
    const transactions = [first];
    const isStaged = ports.length > chunkAbove && (existing === undefined || existing.chains.length === 0);
    const size = isStaged ? portsPerChunk : Math.max(1, ports.length);
    for (let from = 0; from < ports.length; from += size) {
      const transaction = isStaged ? this.#begin() : first;
      const objects = ports.slice(from, from + size).map((plan) => this.#learn(plan));
      this.#writeChains(transaction, objects);
      for (const { elements } of objects) for (const each of elements) this.#elements.hold(each);
      if (isStaged) this.#writeElements(transaction, isFilledAhead);
      if (transaction !== first) transactions.push(transaction);
    }
    const last = isStaged ? this.#begin() : first;
    if (last !== first) transactions.push(last);
    this.#writeElements(last);
    this.#retireUnknown(last, frame, existing);
    return transactions.map(({ text }) => text);
  }

  /** What a change comes to; empty when there is nothing to write. */
  partial({ updated, removed }: Change): string {
    const transaction = this.#begin();
    const before = [...removed, ...updated].map((plan) => this.#forget(plan));
    for (const { sharedChains = [] } of before) for (const each of sharedChains) this.#shared.release(each);
    const after = updated.map((plan) => this.#learn(plan));
    this.#writeChains(transaction, after);
    for (const { elements } of before) for (const each of elements) this.#elements.release(each);
    for (const { elements } of after) for (const each of elements) this.#elements.hold(each);
    this.#writeElements(transaction);
    const kept = { chains: namesOf(after, 'chains'), sets: namesOf(after, 'affinitySets') };
    for (const name of namesOf(before, 'chains')) if (!kept.chains.has(name)) this.#retire(transaction, name);
    for (const name of this.#shared.takeUnused()) this.#retire(transaction, name);
    for (const name of namesOf(before, 'affinitySets')) if (!kept.sets.has(name)) transaction.deleteSet(name);
    return transaction.text;
  }

  /** Deletes the chains that earlier transactions emptied; to be run a second or more after them. Empty: none. */
  cleanup(): string {
    const transaction = this.#begin();
    for (const name of this.#stale) transaction.deleteChain(name);
    this.#stale.clear();
    return transaction.text;
  }

  #begin(): Transaction {
    return new Transaction(this.#context.ip);
  }

  /** Table, base chains, fixed chains and containers, everything emptied and filled anew (N40). */
  #renewFrame(transaction: Transaction): Frame {
    const frame = renderFrame(this.#context);
    transaction.addTable();
    // N18: type, hook and priority cannot be changed in place.
    for (const { name } of this.#baseChainsRenewed ? [] : frame.baseChains) {
      transaction.addBareChain(name);
      transaction.deleteChain(name);
    }
    this.#baseChainsRenewed = true;
    for (const chain of frame.baseChains) transaction.addBaseChain(chain);
    for (const chain of frame.chains) transaction.addChain(chain);
    for (const container of frame.containers) transaction.addContainer(container);
    for (const container of frame.containers) transaction.flushContainer(container);
    for (const chain of [...frame.baseChains, ...frame.chains]) transaction.addRules(chain);
    if (frame.containers.every(({ name }) => name !== 'nodeport-ips')) this.#removeNodePortSet(transaction);
    for (const element of frame.elements) transaction.addElement(element);
    return frame;
  }

  /** Deleting what may be missing takes an add before it. */
  #removeNodePortSet(transaction: Transaction): void {
    const type = this.#context.addressType;
    transaction.addContainer({ kind: 'set', name: 'nodeport-ips', type, comment: 'IPs that accept NodePort traffic' });
    transaction.deleteSet('nodeport-ips');
  }

  #writeChains(transaction: Transaction, objects: readonly PortObjects[]): void {
    for (const { sharedChains = [] } of objects) for (const each of sharedChains) this.#shared.hold(each);
    const chains = [...this.#shared.takeNew(), ...objects.flatMap((port) => port.chains)];
    for (const chain of chains) {
      transaction.addChain(chain);
      this.#stale.delete(chain.name);
    }
    for (const set of objects.flatMap((port) => port.affinitySets)) transaction.addAffinitySet(set);
    for (const chain of chains) transaction.addRules(chain);
  }

  #writeElements(transaction: Transaction, containers?: (name: string) => boolean): void {
    const write = {
      remove: (element: Element) => transaction.deleteElement(element),
      add: (element: Element) => transaction.addElement(element),
    };
    this.#elements.flush(write, containers);
  }

  /** What an earlier process left, of another layout too: nobody else has a say in our table. */
  #retireUnknown(transaction: Transaction, frame: Frame, existing: ExistingObjects | undefined): void {
    if (existing === undefined) return;
    const known = [...this.#ports.values()];
    const chains = new Set([...namesOf(known, 'chains'), ...this.#shared.names]);
    for (const { name } of [...frame.baseChains, ...frame.chains]) chains.add(name);
    const containers = namesOf(known, 'affinitySets');
    for (const { name } of frame.containers) containers.add(name);
    // Removed with the frame (see #removeNodePortSet).
    containers.add('nodeport-ips');
    for (const name of existing.chains) if (!chains.has(name)) this.#retire(transaction, name);
    for (const name of existing.sets) if (!containers.has(name)) transaction.deleteSet(name);
    for (const name of existing.maps) if (!containers.has(name)) transaction.deleteMap(name);
  }

  #retire(transaction: Transaction, chain: string): void {
    transaction.flushChain(chain);
    this.#stale.add(chain);
  }

  #learn(plan: PortPlan): PortObjects {
    const objects = renderPort(plan, this.#context);
    this.#ports.set(servicePortKey(plan.service), objects);
    return objects;
  }

  #forget(plan: PortPlan): PortObjects {
    const key = servicePortKey(plan.service);
    const objects = this.#ports.get(key);
    this.#ports.delete(key);
    return objects ?? nothing;
  }
}

const nothing: PortObjects = { chains: [], affinitySets: [], elements: [] };

/** One full sync as one transaction, nothing remembered. */
export function renderNftables(model: NodeModel, options: NftablesOptions = {}): string {
  return new NftablesProgram(model.family, options).full(model, { chunkAbove: Infinity }).join('');
}

/** Removes everything of ours in a family; harmless when nothing is there (N2). */
export function renderNftablesCleanup(family: Family): string {
  const transaction = new Transaction(family === 'IPv4' ? 'ip' : 'ip6');
  transaction.addTable();
  transaction.deleteTable();
  return transaction.text;
}

function namesOf(objects: readonly PortObjects[], what: 'chains' | 'affinitySets'): Set<string> {
  return new Set(objects.flatMap((port) => port[what].map(({ name }) => name)));
}

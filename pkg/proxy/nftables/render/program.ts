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
import { renderFrame } from './frame.ts';
import { isAffinitySet, isServiceChain } from './names.ts';
import type { NftablesOptions } from './options.ts';
import { renderPort } from './port.ts';
import type { Element, PortObjects } from './ruleset.ts';
import { Transaction } from './transaction.ts';

/** What the kernel says is there before a full sync; names only. */
export interface ExistingObjects {
  readonly chains: Iterable<string>;
  readonly sets: Iterable<string>;
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
  readonly #stale = new Set<string>();
  #baseChainsRenewed = false;

  constructor(family: Family, options: NftablesOptions = {}) {
    this.#context = contextOf(family, options);
  }

  /** Transactions to run in order; one, unless there is very much to make. Forgets everything known before. */
  full({ ports }: NodeModel, { existing, chunkAbove = 2000 }: FullSyncOptions = {}): string[] {
    this.#ports.clear();
    this.#elements.clear();
    this.#stale.clear();
    const first = this.#begin();
    this.#renewFrame(first);
    const transactions = [first];
    const size = ports.length > chunkAbove ? portsPerChunk : Math.max(1, ports.length);
    for (let from = 0; from < ports.length; from += size) {
      const chunk = ports.slice(from, from + size);
      const transaction = ports.length > chunkAbove ? this.#begin() : first;
      this.#writeChains(
        transaction,
        chunk.map((plan) => this.#learn(plan)),
      );
      if (transaction !== first) transactions.push(transaction);
    }
    const last = ports.length > chunkAbove ? this.#begin() : first;
    if (last !== first) transactions.push(last);
    this.#refill(last);
    this.#retireUnknown(last, existing);
    return transactions.map(({ text }) => text);
  }

  /** What a change comes to; empty when there is nothing to write. */
  partial({ updated, removed }: Change): string {
    const transaction = this.#begin();
    const before = [...removed, ...updated].map((plan) => this.#forget(plan));
    const after = updated.map((plan) => this.#learn(plan));
    this.#writeChains(transaction, after);
    for (const { elements } of before) for (const each of elements) this.#elements.release(each);
    for (const { elements } of after) for (const each of elements) this.#elements.hold(each);
    this.#elements.flush({
      remove: (element) => transaction.deleteElement(element),
      add: (element) => transaction.addElement(element),
    });
    const kept = { chains: namesOf(after, 'chains'), sets: namesOf(after, 'affinitySets') };
    for (const name of namesOf(before, 'chains')) if (!kept.chains.has(name)) this.#retire(transaction, name);
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
  #renewFrame(transaction: Transaction): void {
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
  }

  /** Deleting what may be missing takes an add before it. */
  #removeNodePortSet(transaction: Transaction): void {
    const type = this.#context.addressType;
    transaction.addContainer({ kind: 'set', name: 'nodeport-ips', type, comment: 'IPs that accept NodePort traffic' });
    transaction.deleteSet('nodeport-ips');
  }

  #writeChains(transaction: Transaction, objects: readonly PortObjects[]): void {
    const chains = objects.flatMap((port) => port.chains);
    for (const chain of chains) {
      transaction.addChain(chain);
      this.#stale.delete(chain.name);
    }
    for (const set of objects.flatMap((port) => port.affinitySets)) transaction.addAffinitySet(set);
    for (const chain of chains) transaction.addRules(chain);
  }

  #refill(transaction: Transaction): void {
    for (const { elements } of this.#ports.values()) for (const each of elements) this.#elements.hold(each);
    const add = (element: Element): void => transaction.addElement(element);
    this.#elements.flush({ remove: () => {}, add });
  }

  #retireUnknown(transaction: Transaction, existing: ExistingObjects | undefined): void {
    const known = [...this.#ports.values()];
    const [chains, sets] = [namesOf(known, 'chains'), namesOf(known, 'affinitySets')];
    for (const name of existing?.chains ?? []) {
      if (isServiceChain(name) && !chains.has(name)) this.#retire(transaction, name);
    }
    for (const name of existing?.sets ?? []) if (isAffinitySet(name) && !sets.has(name)) transaction.deleteSet(name);
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

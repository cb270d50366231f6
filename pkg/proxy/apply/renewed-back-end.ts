/**
 * A back end whose options depend on what may change under it: addresses of interfaces, ranges of cluster IPs (G53). When
 * they have changed, the next sync is done by a new one, in full; what the old one wrote is then its inheritance, as
 * after a restart (N45).
 */
import type { Change, NodeModel } from '../model/index.ts';
import type { BackEnd, SyncReport } from './back-end.ts';

export class RenewedBackEnd<O> implements BackEnd {
  readonly #optionsNow: () => O;
  readonly #make: (options: O) => BackEnd;
  #key: string;
  #current: BackEnd;

  /** `optionsNow` answers plain data: two answers are the same when they print the same. */
  constructor(optionsNow: () => O, make: (options: O) => BackEnd) {
    this.#optionsNow = optionsNow;
    this.#make = make;
    const options = optionsNow();
    this.#key = keyOf(options);
    this.#current = make(options);
  }

  async sync(model: NodeModel, change?: Change): Promise<SyncReport> {
    const options = this.#optionsNow();
    const key = keyOf(options);
    if (key === this.#key) return this.#current.sync(model, change);
    this.#key = key;
    this.#current = this.#make(options);
    return this.#current.sync(model);
  }

  /** Also false when the options have changed: then, too, everything has to be written. */
  async isIntact(): Promise<boolean> {
    return keyOf(this.#optionsNow()) === this.#key && (await this.#current.isIntact());
  }

  cleanup(): Promise<void> {
    return this.#current.cleanup();
  }
}

/** Ranges hold big integers. */
const keyOf = (options: unknown): string =>
  JSON.stringify(options, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)) ?? '';

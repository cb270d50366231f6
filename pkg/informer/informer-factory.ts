import type { KubeObject } from '../api/types.ts';
import { apiVersionOf } from '../api/resources.ts';
import type { ResourceType } from '../api/resources.ts';
import { Informer } from './informer.ts';
import type { InformerOptions, InformerSettings } from './informer.ts';

interface Shared {
  readonly informer: Informer<KubeObject>;
  readonly transform: unknown;
}

/** Gives everybody who asks for the same collection the same informer, so that it is watched and kept once. */
export class InformerFactory {
  readonly #settings: InformerSettings;
  readonly #shared = new Map<string, Shared>();

  constructor(settings: InformerSettings) {
    this.#settings = settings;
  }

  /**
   * The informer of that collection. Who comes later may bring more indexes (before start), but the transform must be
   * the first one's: it decides what is there to read.
   */
  for<T extends KubeObject>(type: ResourceType, options: InformerOptions<T> = {}): Informer<T> {
    const { namespace = '', labelSelector = '', fieldSelector = '' } = options;
    const id = JSON.stringify([apiVersionOf(type), type.resource, namespace, labelSelector, fieldSelector]);
    const known = this.#shared.get(id);
    if (known === undefined) {
      const informer = new Informer<T>(type, options, this.#settings);
      this.#shared.set(id, { informer: informer as unknown as Informer<KubeObject>, transform: options.transform });
      return informer;
    }
    if (options.transform !== undefined && options.transform !== known.transform) {
      throw new Error(`${type.resource}: the informer is shared and has another transform`);
    }
    const informer = known.informer as unknown as Informer<T>;
    if (options.indexers !== undefined) informer.addIndexers(options.indexers);
    return informer;
  }

  /** Starts what is not running yet. Resolves when the signal has aborted and all of them have stopped. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.informers().map((informer) => informer.run(signal)));
  }

  /** Every informer asked for so far is filled and its handlers have heard of it (IN32). */
  async waitForSync(signal?: AbortSignal): Promise<void> {
    await Promise.all(this.informers().map((informer) => informer.waitForSync(signal)));
  }

  get hasSynced(): boolean {
    return this.informers().every((informer) => informer.store.hasSynced);
  }

  /** Everything received has been told. */
  get idle(): boolean {
    return this.informers().every((informer) => informer.idle);
  }

  informers(): readonly Informer<KubeObject>[] {
    return [...this.#shared.values()].map(({ informer }) => informer);
  }
}

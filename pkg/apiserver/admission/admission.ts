/**
 * Admission: what the cluster has to say of a write beyond the kind's own rules. Plugins are listed in order in
 * server.ts; mutating ones run before the kind prepares and checks the object, validating ones after.
 */
import type { KubeObject } from '../../api/types.ts';
import type { DeleteOptions } from '../resources/delete.ts';
import type { Scope } from '../resources/scope.ts';

export interface Attributes {
  readonly scope: Scope;
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  /** In the storage version. Plugins change it in place, or put another there. */
  object: KubeObject;
  readonly previous?: KubeObject;
  readonly dryRun: boolean;
  /** What the request writes when that is not the resource itself: the Binding of a Pod, its Eviction. */
  readonly kind?: { readonly group: string; readonly version: string; readonly kind: string };
  readonly deleteOptions?: DeleteOptions;
}

/** One call of `mutate`, which may go through the plugins twice. */
export interface Round {
  readonly number: 0 | 1;
  /** Webhooks that asked to be called again, and whether something has changed since. */
  readonly again: Map<string, boolean>;
}

export interface AdmissionPlugin {
  readonly name: string;
  /** Also asked about bodies that are no object of the resource, such as Bindings. */
  readonly dynamic?: boolean;
  /** May change the object; throws a StatusError to refuse. True: the earlier plugins should look again. */
  mutate?(attributes: Attributes, round: Round): void | boolean | Promise<boolean | undefined>;
  validate?(attributes: Attributes): void | Promise<void>;
}

export class Admission {
  readonly #plugins: readonly AdmissionPlugin[];

  constructor(plugins: readonly AdmissionPlugin[]) {
    this.#plugins = plugins;
  }

  async mutate(attributes: Attributes): Promise<KubeObject> {
    const again = new Map<string, boolean>();
    for (const number of [0, 1] as const) {
      let changed = false;
      for (const plugin of this.#for(attributes)) {
        changed = (await plugin.mutate?.(attributes, { number, again })) === true || changed;
      }
      if (!changed) break;
    }
    return attributes.object;
  }

  async validate(attributes: Attributes): Promise<void> {
    for (const plugin of this.#for(attributes)) await plugin.validate?.(attributes);
  }

  #for({ kind, scope }: Attributes): readonly AdmissionPlugin[] {
    if (kind !== undefined) return this.#plugins.filter(({ dynamic }) => dynamic === true);
    // What such a body does to the object behind it has been asked about already.
    const isDone = scope.subresource?.kind !== undefined && scope.subresource.name !== 'scale';
    return isDone ? this.#plugins.filter(({ dynamic }) => dynamic !== true) : this.#plugins;
  }
}

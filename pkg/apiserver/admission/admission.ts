/**
 * Admission: what the cluster has to say of a write beyond the kind's own rules. Plugins are listed in order in
 * server.ts; mutating ones run before the kind prepares and checks the object, validating ones after.
 */
import type { KubeObject } from '../../api/types.ts';
import type { Scope } from '../resources/scope.ts';

export interface Attributes {
  readonly scope: Scope;
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly object: KubeObject;
  readonly previous?: KubeObject;
  readonly dryRun: boolean;
}

export interface AdmissionPlugin {
  readonly name: string;
  /** May change the object; throws a StatusError to refuse. */
  mutate?(attributes: Attributes): void | Promise<void>;
  validate?(attributes: Attributes): void | Promise<void>;
}

export class Admission {
  readonly #plugins: readonly AdmissionPlugin[];

  constructor(plugins: readonly AdmissionPlugin[]) {
    this.#plugins = plugins;
  }

  async mutate(attributes: Attributes): Promise<KubeObject> {
    for (const plugin of this.#plugins) await plugin.mutate?.(attributes);
    return attributes.object;
  }

  async validate(attributes: Attributes): Promise<void> {
    for (const plugin of this.#plugins) await plugin.validate?.(attributes);
  }
}

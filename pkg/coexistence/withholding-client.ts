/**
 * The write gate of observe mode: reads pass, no write ever leaves, and each is told to whoever compares. Nothing else in
 * the process knows that it observes.
 */
import type { ResourceType } from '../api/resources.ts';
import type { KubeObject } from '../api/types.ts';
import type { Client, DeleteOptions, ObjectKey, WriteOptions } from '../client/index.ts';
import { WithheldError } from '../reconcile/index.ts';
import { PassThroughClient } from './pass-through-client.ts';

export interface WithheldWrite {
  readonly verb: 'create' | 'update' | 'delete' | 'patch';
  readonly type: ResourceType;
  /** The object as it would be sent; of a deletion or a patch its name. */
  readonly object: KubeObject;
  readonly because: string;
}

export class WithholdingClient extends PassThroughClient {
  readonly #tell: (write: WithheldWrite) => void;

  constructor(inner: Client, tell: (write: WithheldWrite) => void) {
    super(inner);
    this.#tell = tell;
  }

  override create<T extends KubeObject>(type: ResourceType, object: T, options?: WriteOptions): Promise<T> {
    return this.#withhold('create', type, object, options?.because);
  }

  override update<T extends KubeObject>(type: ResourceType, object: T, options?: WriteOptions): Promise<T> {
    return this.#withhold('update', type, object, options?.because);
  }

  override patch<T = KubeObject>(type: ResourceType, key: ObjectKey): Promise<T> {
    return this.#withhold('patch', type, { metadata: { ...key } }, undefined);
  }

  override delete(type: ResourceType, key: ObjectKey, options?: DeleteOptions): Promise<void> {
    return this.#withhold('delete', type, { metadata: { ...key } }, options?.because);
  }

  override raw(method: string, path: string): Promise<{ readonly status: number; readonly text: string }> {
    if (method === 'GET') return super.raw(method, path);
    return Promise.reject(new WithheldError(`${method} ${path}`));
  }

  #withhold<T>(verb: WithheldWrite['verb'], type: ResourceType, object: KubeObject, because = 'not said'): Promise<T> {
    this.#tell({ verb, type, object, because });
    const { namespace = '', name, generateName = '' } = object.metadata;
    return Promise.reject(new WithheldError(`${verb} of ${type.resource} ${namespace}/${name ?? `${generateName}…`}`));
  }
}

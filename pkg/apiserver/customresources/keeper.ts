/**
 * Follows the CustomResourceDefinitions: gives them their names, serves their kinds, and cleans up after those that go
 * (CRD3, CRD4). What is established is served again right at the start of a server.
 */
import type { KubeObject } from '../../api/types.ts';
import {
  cleanupFinalizer,
  established,
  isTrue,
  settleNames,
  withCondition,
  type CustomResourceDefinition,
  type DefinitionCondition,
} from '../../customresources/index.ts';
import type { OwnClient } from '../bootstrap/bootstrap.ts';
import type { ServerCore } from '../core.ts';
import type { Resource } from '../registry/resource.ts';
import { timestamp } from '../resources/scope.ts';
import { toResource, type CompileRules } from './to-resource.ts';

export interface DefinitionKeeperOptions {
  readonly core: ServerCore;
  readonly client: OwnClient;
  readonly compileRules: CompileRules;
  /** Makes the cache of a resource that has none yet. */
  readonly addCache: (resource: Resource) => Promise<void>;
  readonly removeCache: (resource: Resource) => void;
  readonly onError: (error: unknown) => void;
}

const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

export class DefinitionKeeper {
  readonly #options: DefinitionKeeperOptions;
  readonly #queue = new Set<string>();
  /** What is served, by name of its definition, with the version it was made from. */
  readonly #served = new Map<string, { readonly resource: Resource; readonly revision: number }>();
  #running = false;

  constructor(options: DefinitionKeeperOptions) {
    this.#options = options;
  }

  get idle(): boolean {
    return !this.#running && this.#queue.size === 0;
  }

  /** Serves what is established already; the rest follows by itself. */
  async start(): Promise<void> {
    const { core } = this.#options;
    const cache = core.objects.cache(this.#definitions());
    for (const [name, entry] of cache.current().iterate())
      await this.#serve(name, entry.parse() as CustomResourceDefinition);
    cache.subscribe({ changed: ({ entry }) => this.#enqueue(entry.key), lost: () => undefined });
    for (const [name] of cache.current().iterate()) this.#enqueue(name);
  }

  #definitions(): Resource {
    const resource = this.#options.core.registry.get('apiextensions.k8s.io', 'customresourcedefinitions');
    if (resource === undefined) throw new Error('customresourcedefinitions are not served');
    return resource;
  }

  #enqueue(name: string): void {
    this.#queue.add(name);
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    const { core } = this.#options;
    for (let [name] = this.#queue; name !== undefined && !core.stopping.aborted; [name] = this.#queue) {
      this.#queue.delete(name);
      try {
        await this.#sync(name);
      } catch (error) {
        if (!core.stopping.aborted) this.#options.onError(error);
      }
    }
    this.#running = false;
  }

  #get(name: string): CustomResourceDefinition | undefined {
    const entry = this.#options.core.objects.get(this.#definitions(), name);
    return entry?.parse() as CustomResourceDefinition | undefined;
  }

  async #sync(name: string): Promise<void> {
    const definition = this.#get(name);
    if (definition === undefined) {
      await this.#forget(name);
      return;
    }
    if (definition.metadata.deletionTimestamp !== undefined) {
      await this.#serve(name, definition);
      if ((definition.metadata.finalizers ?? []).includes(cleanupFinalizer)) await this.#terminate(definition);
      return;
    }
    if (await this.#settle(definition)) return;
    await this.#serve(name, definition);
  }

  /** True when the status was written: the change comes back to the queue. */
  async #settle(definition: CustomResourceDefinition): Promise<boolean> {
    const now = timestamp(this.#options.core.clock.now());
    const naming = settleNames(definition, this.#othersOf(definition), now);
    const conditions = naming?.conditions ?? definition.status?.conditions ?? [];
    const accepted = conditions.some(({ type, status }) => type === 'NamesAccepted' && status === 'True');
    const isServed = conditions.some(({ type, status }) => type === 'Established' && status === 'True');
    if (naming === undefined && (!accepted || isServed)) return false;
    const next = accepted && !isServed ? withCondition(conditions, established, now) : conditions;
    const acceptedNames = naming?.acceptedNames ?? definition.status?.acceptedNames;
    await this.#write(definition, { ...definition.status, conditions: next, acceptedNames });
    this.#enqueueOthers(definition);
    return true;
  }

  #othersOf({ metadata, spec }: CustomResourceDefinition): CustomResourceDefinition[] {
    const { core } = this.#options;
    const all = core.objects.cache(this.#definitions()).current().iterate();
    return Array.from(all, ([, entry]) => entry.parse() as CustomResourceDefinition).filter(
      (other) => other.spec.group === spec.group && other.metadata.name !== metadata.name,
    );
  }

  #enqueueOthers(definition: CustomResourceDefinition): void {
    for (const { metadata } of this.#othersOf(definition)) this.#queue.add(metadata.name ?? '');
  }

  /** Whoever wrote in between brings the definition back to the queue. */
  async #write(definition: KubeObject, status: unknown, finalizers?: readonly string[]): Promise<void> {
    const metadata = finalizers === undefined ? definition.metadata : { ...definition.metadata, finalizers };
    const place = `${path}/${definition.metadata.name}/status`;
    const code = await this.#options.client.send('PUT', place, { ...definition, metadata, status });
    if (code >= 400 && code !== 404 && code !== 409) throw new Error(`writing ${place}: answered ${code}`);
  }

  async #serve(name: string, definition: CustomResourceDefinition): Promise<void> {
    const { core, compileRules } = this.#options;
    const revision = Number(definition.metadata.resourceVersion ?? 0);
    const before = this.#served.get(name);
    if (before?.revision === revision || !isTrue(definition, 'Established')) return;
    const resource = toResource(definition, compileRules);
    if (resource === undefined) {
      if (before !== undefined) core.registry.unregister(before.resource.group, before.resource.resource);
      return;
    }
    if (before === undefined) await this.#options.addCache(resource);
    this.#served.set(name, { resource, revision });
    core.registry.register(resource);
  }

  async #forget(name: string): Promise<void> {
    const served = this.#served.get(name);
    if (served === undefined) return;
    this.#served.delete(name);
    const { registry } = this.#options.core;
    registry.unregister(served.resource.group, served.resource.resource);
    this.#options.removeCache(served.resource);
    for (const [other] of this.#options.core.objects.cache(this.#definitions()).current().iterate()) {
      if (other.endsWith(`.${served.resource.group}`)) this.#queue.add(other);
    }
  }

  /** Deletes every object of the kind, and lets the definition go when the last is gone. */
  async #terminate(definition: CustomResourceDefinition): Promise<void> {
    const { name = '' } = definition.metadata;
    const served = this.#served.get(name);
    if (served === undefined) {
      await this.#finish(definition, 'NeverEstablished', 'resource was never established');
      return;
    }
    const { resource } = served;
    const { core, client } = this.#options;
    const cache = core.objects.cache(resource);
    const conditions = withCondition(definition.status?.conditions ?? [], deleting, timestamp(core.clock.now()));
    await this.#write(definition, { ...definition.status, conditions });
    const root = `/apis/${resource.group}/${resource.storageVersion}`;
    const namespaces = new Set(
      Array.from(cache.current().iterate(), ([key]) => (resource.namespaced ? key.slice(0, key.indexOf('/')) : '')),
    );
    for (const namespace of namespaces) {
      const place = namespace === '' ? '' : `/namespaces/${namespace}`;
      await client.send('DELETE', `${root}${place}/${resource.resource}`);
    }
    await core.objects.refresh();
    const current = this.#get(name);
    if (current === undefined) return;
    if (cache.size === 0) {
      await this.#finish(current, 'InstanceDeletionCompleted', 'removed all instances');
      return;
    }
    // Finalizers hold some of them: the last one to go brings us back.
    const release = cache.subscribe({
      changed: () => {
        if (cache.size > 0) return;
        release();
        this.#enqueue(name);
      },
      lost: () => undefined,
    });
  }

  async #finish(definition: CustomResourceDefinition, reason: string, message: string): Promise<void> {
    const condition: DefinitionCondition = { type: 'Terminating', status: 'False', reason, message };
    const now = timestamp(this.#options.core.clock.now());
    const conditions = withCondition(definition.status?.conditions ?? [], condition, now);
    const finalizers = (definition.metadata.finalizers ?? []).filter((finalizer) => finalizer !== cleanupFinalizer);
    await this.#write(definition, { ...definition.status, conditions }, finalizers);
  }
}

const deleting: DefinitionCondition = {
  type: 'Terminating',
  status: 'True',
  reason: 'InstanceDeletionInProgress',
  message: 'CustomResource deletion is in progress',
};

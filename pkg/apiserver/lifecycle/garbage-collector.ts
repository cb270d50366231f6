/**
 * Deletes what has lost its owners (D20–D23). Works on the server's own caches: an index from owner uid to dependents,
 * kept in step by every change, so that a deletion costs its dependents and nothing else.
 */
import { isStatusError } from '../../api/status.ts';
import type { KubeObject, OwnerReference } from '../../api/types.ts';
import type { OwnClient } from '../bootstrap/bootstrap.ts';
import type { ServerCore } from '../core.ts';
import type { Leadership } from './leadership.ts';
import { keyOf } from '../registry/object-store.ts';
import type { Resource } from '../registry/resource.ts';
import type { Change } from '../watchcache/change.ts';
import type { WatchCache } from '../watchcache/cache.ts';
import type { Entry } from '../watchcache/entry.ts';
import { pathOf } from '../../api/resources.ts';

interface Place {
  readonly resource: Resource;
  readonly key: string;
}

export interface GarbageCollectorOptions {
  readonly core: ServerCore;
  readonly client: OwnClient;
  /** Only the leader works; the others keep up. */
  readonly leadership: Leadership;
  readonly onError: (error: unknown) => void;
}

const orphan = 'orphan';
const foreground = 'foregroundDeletion';

export class GarbageCollector {
  readonly #options: GarbageCollectorOptions;
  /** owner uid → dependents */
  readonly #dependents = new Map<string, Map<string, Place>>();
  readonly #caches = new Map<Resource, WatchCache>();
  #queue: (() => Promise<void>)[] = [];
  #draining = false;

  constructor(options: GarbageCollectorOptions) {
    this.#options = options;
  }

  get idle(): boolean {
    return !this.#draining;
  }

  start(): void {
    const { core } = this.#options;
    const caches = new Set<string>();
    for (const resource of core.registry.all()) {
      if (caches.has(resource.storagePrefix)) continue;
      caches.add(resource.storagePrefix);
      this.#follow(resource);
    }
    core.registry.onAdded((resource) => this.#follow(resource));
  }

  #follow(resource: Resource): void {
    const cache = this.#options.core.objects.cache(resource);
    this.#caches.set(resource, cache);
    for (const [, entry] of cache.current().iterate()) this.#appeared(resource, entry);
    cache.subscribe({ changed: (change) => this.#changed(resource, change), lost: () => undefined });
  }

  /** Leading begins: what happened before is looked at too. */
  wake(): void {
    for (const [resource, cache] of this.#caches) {
      for (const [, entry] of cache.current().iterate()) this.#appeared(resource, entry);
    }
  }

  #changed(resource: Resource, { type, entry, previous }: Change): void {
    if (type === 'DELETED') this.#vanished(resource, entry);
    else {
      if (previous !== undefined && hasOwners(previous)) this.#unindex(resource, previous);
      this.#appeared(resource, entry);
    }
  }

  #appeared(resource: Resource, entry: Entry): void {
    if (hasOwners(entry)) {
      const { metadata } = entry.parse();
      for (const { uid } of metadata.ownerReferences ?? []) {
        const places = this.#dependents.get(uid) ?? new Map<string, Place>();
        this.#dependents.set(uid, places);
        places.set(idOf(resource, entry.key), { resource, key: entry.key });
      }
      this.#enqueue(() => this.#checkDependent({ resource, key: entry.key }));
    }
    if (isBeingDeleted(entry)) this.#enqueue(() => this.#checkOwner({ resource, key: entry.key }));
  }

  #vanished(resource: Resource, entry: Entry): void {
    const { metadata } = entry.parse();
    if (metadata.ownerReferences !== undefined) this.#unindex(resource, entry);
    const places = this.#dependents.get(metadata.uid ?? '');
    for (const place of places?.values() ?? []) this.#enqueue(() => this.#checkDependent(place));
    // An owner in foreground deletion may have waited for this one.
    for (const owner of metadata.ownerReferences ?? []) {
      const place = this.#placeOf(owner, metadata.namespace ?? '');
      if (place !== undefined) this.#enqueue(() => this.#checkOwner(place));
    }
  }

  #unindex(resource: Resource, entry: Entry): void {
    for (const { uid } of entry.parse().metadata.ownerReferences ?? []) {
      const places = this.#dependents.get(uid);
      places?.delete(idOf(resource, entry.key));
      if (places?.size === 0) this.#dependents.delete(uid);
    }
  }

  /** D21: a dependent without a living owner goes; dead references beside living ones are taken off. */
  async #checkDependent({ resource, key }: Place): Promise<void> {
    const { core } = this.#options;
    const object = core.objects.get(resource, key)?.parse();
    const owners = object?.metadata.ownerReferences ?? [];
    if (object === undefined || owners.length === 0) return;
    const namespace = object.metadata.namespace ?? '';
    const living = owners.filter((owner) => this.#ownerState(owner, namespace) !== 'absent');
    const waiting = owners.filter((owner) => this.#ownerState(owner, namespace) === 'waiting');
    if (living.length > waiting.length) {
      if (living.length < owners.length || waiting.length > 0) {
        const kept = owners.filter((owner) => this.#ownerState(owner, namespace) === 'present');
        await this.#replaceOwners(resource, object, kept);
      }
      return;
    }
    if (object.metadata.deletionTimestamp !== undefined) return;
    const policy = this.#policyFor(object, waiting.length > 0);
    await this.#delete(resource, object, policy);
  }

  /** D22: what an owner with a policy finalizer still waits for. */
  async #checkOwner({ resource, key }: Place): Promise<void> {
    const { core } = this.#options;
    const owner = core.objects.get(resource, key)?.parse();
    if (owner === undefined || owner.metadata.deletionTimestamp === undefined) return;
    const finalizers = owner.metadata.finalizers ?? [];
    const dependents = [...(this.#dependents.get(owner.metadata.uid ?? '')?.values() ?? [])];
    if (finalizers.includes(orphan)) {
      for (const place of dependents) await this.#disown(place, owner.metadata.uid ?? '');
      await this.#dropFinalizer(resource, owner, orphan);
    } else if (finalizers.includes(foreground)) {
      for (const place of dependents) await this.#checkDependent(place);
      if (!this.#isBlocked(owner)) await this.#dropFinalizer(resource, owner, foreground);
    }
  }

  #isBlocked(owner: KubeObject): boolean {
    const { core } = this.#options;
    const uid = owner.metadata.uid ?? '';
    return [...(this.#dependents.get(uid)?.values() ?? [])].some(({ resource, key }) => {
      const references = core.objects.get(resource, key)?.parse().metadata.ownerReferences ?? [];
      return references.some((reference) => reference.uid === uid && reference.blockOwnerDeletion === true);
    });
  }

  /** D23: found by kind and name in the dependent's namespace or cluster-wide, and it must be the same uid. */
  #ownerState(owner: OwnerReference, namespace: string): 'present' | 'waiting' | 'absent' {
    const place = this.#placeOf(owner, namespace);
    // A kind that is not served may come back: whatever it owns stays.
    if (place === undefined) return 'present';
    const entry = this.#options.core.objects.get(place.resource, place.key);
    if (entry === undefined) return 'absent';
    const { metadata } = entry.parse();
    if (metadata.uid !== owner.uid) return 'absent';
    const dying = metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).includes(foreground);
    return dying ? 'waiting' : 'present';
  }

  #placeOf(owner: OwnerReference, namespace: string): Place | undefined {
    const group = owner.apiVersion.includes('/') ? (owner.apiVersion.split('/')[0] ?? '') : '';
    const resource = this.#options.core.registry.byKind(group, owner.kind);
    return resource === undefined ? undefined : { resource, key: keyOf(resource, namespace, owner.name) };
  }

  /** A dependent that has its own policy finalizer keeps it; otherwise the owner's way is passed on. */
  #policyFor({ metadata }: KubeObject, ownerWaits: boolean): string {
    const finalizers = metadata.finalizers ?? [];
    if (finalizers.includes(orphan)) return 'Orphan';
    return finalizers.includes(foreground) || ownerWaits ? 'Foreground' : 'Background';
  }

  #delete(resource: Resource, object: KubeObject, propagationPolicy: string): Promise<unknown> {
    const { name = '', namespace, uid, resourceVersion } = object.metadata;
    const path = pathOf({ ...resource, version: resource.storageVersion }, namespace, name);
    return this.#options.client.send('DELETE', path, {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      propagationPolicy,
      preconditions: { uid, resourceVersion },
    });
  }

  async #disown({ resource, key }: Place, uid: string): Promise<void> {
    const object = this.#options.core.objects.get(resource, key)?.parse();
    if (object === undefined) return;
    const kept = (object.metadata.ownerReferences ?? []).filter((owner) => owner.uid !== uid);
    await this.#replaceOwners(resource, object, kept);
  }

  #replaceOwners(resource: Resource, object: KubeObject, ownerReferences: OwnerReference[]): Promise<unknown> {
    return this.#change(resource, object, (metadata) => {
      if (ownerReferences.length === 0) delete metadata.ownerReferences;
      else metadata.ownerReferences = ownerReferences;
    });
  }

  #dropFinalizer(resource: Resource, object: KubeObject, finalizer: string): Promise<unknown> {
    return this.#change(resource, object, (metadata) => {
      metadata.finalizers = (metadata.finalizers ?? []).filter((candidate) => candidate !== finalizer);
    });
  }

  #change(resource: Resource, object: KubeObject, edit: (metadata: KubeObject['metadata']) => void): Promise<unknown> {
    const next = structuredClone(object);
    edit(next.metadata);
    const { name = '', namespace } = next.metadata;
    const path = pathOf({ ...resource, version: resource.storageVersion }, namespace, name);
    return this.#options.client.send('PUT', path, next);
  }

  #enqueue(task: () => Promise<void>): void {
    if (!this.#options.leadership.leads) return;
    this.#queue.push(task);
    if (!this.#draining) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#draining = true;
    while (this.#queue.length > 0 && !this.#options.core.stopping.aborted) {
      const tasks = this.#queue;
      this.#queue = [];
      for (const task of tasks) {
        if (!this.#options.leadership.leads) break;
        try {
          await task();
        } catch (error) {
          if (!isStatusError(error) && !this.#options.core.stopping.aborted) this.#options.onError(error);
        }
      }
    }
    this.#draining = false;
  }
}

const idOf = (resource: Resource, key: string): string => `${resource.storagePrefix}/${key}`;
/** Looked for in the text first: most objects have no owners, and parsing all of them would cost. */
const hasOwners = (entry: Entry): boolean => entry.json.includes('"ownerReferences":[');
const isBeingDeleted = (entry: Entry): boolean => entry.json.includes('"deletionTimestamp":"');

/**
 * The end of a Namespace (D17): everything in it is deleted, and when nothing is left the finalizer goes. New
 * namespaces get their default ServiceAccount and the cluster's CA.
 */
import { pathOf } from '../../api/resources.ts';
import type { KubeObject } from '../../api/types.ts';
import type { OwnClient } from '../bootstrap/bootstrap.ts';
import type { ServerCore } from '../core.ts';
import type { Leadership } from './leadership.ts';
import type { Resource } from '../registry/resource.ts';
import type { Change } from '../watchcache/change.ts';

export interface NamespaceKeeperOptions {
  readonly core: ServerCore;
  readonly client: OwnClient;
  /** Only the leader works; the others keep up. */
  readonly leadership: Leadership;
  /** PEM, published as kube-root-ca.crt. */
  readonly ca: string;
  readonly onError: (error: unknown) => void;
}

const caDescription =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal ' +
  'service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

export class NamespaceKeeper {
  readonly #options: NamespaceKeeperOptions;
  readonly #busy = new Map<string, boolean>();
  #running = 0;

  constructor(options: NamespaceKeeperOptions) {
    this.#options = options;
  }

  /** Nothing under way: for tests that wait until everything has settled. */
  get idle(): boolean {
    return this.#running === 0;
  }

  start(): void {
    const { core } = this.#options;
    const namespaces = this.#namespaces();
    core.objects.cache(namespaces).subscribe({
      changed: (change) => this.#namespaceChanged(change),
      lost: () => undefined,
    });
    this.wake();
    for (const resource of this.#namespaced()) this.#watchContent(resource);
    core.registry.onAdded((resource) => {
      if (resource.namespaced) this.#watchContent(resource);
    });
  }

  /** Leading begins: what happened before is looked at too. */
  wake(): void {
    for (const [name] of this.#options.core.objects.cache(this.#namespaces()).current().iterate()) this.#enqueue(name);
  }

  /** Content that leaves a dying namespace may have been the last that held it. */
  #watchContent(resource: Resource): void {
    this.#options.core.objects.cache(resource).subscribe({
      changed: ({ type, entry }) => {
        if (type !== 'DELETED') return;
        const namespace = entry.key.slice(0, entry.key.indexOf('/'));
        if (this.#isTerminating(namespace)) this.#enqueue(namespace);
      },
      lost: () => undefined,
    });
  }

  #namespaces(): Resource {
    const resource = this.#options.core.registry.get('', 'namespaces');
    if (resource === undefined) throw new Error('namespaces are not served');
    return resource;
  }

  /** One resource for each cache: two groups of Event share theirs. */
  #namespaced(): Resource[] {
    const seen = new Set<string>();
    return this.#options.core.registry.all().filter((resource) => {
      if (!resource.namespaced || !resource.verbs.includes('delete') || seen.has(resource.storagePrefix)) return false;
      seen.add(resource.storagePrefix);
      return true;
    });
  }

  #isTerminating(name: string): boolean {
    const entry = this.#options.core.objects.get(this.#namespaces(), name);
    return entry !== undefined && entry.json.includes('"deletionTimestamp"') && isDying(entry.parse());
  }

  #namespaceChanged({ type, entry }: Change): void {
    if (type !== 'DELETED') this.#enqueue(entry.key);
  }

  /** One run at a time for each namespace; a change meanwhile causes one more. */
  #enqueue(name: string): void {
    if (!this.#options.leadership.leads) return;
    if (this.#busy.has(name)) {
      this.#busy.set(name, true);
      return;
    }
    this.#busy.set(name, false);
    this.#running += 1;
    void this.#run(name).finally(() => {
      this.#running -= 1;
    });
  }

  async #run(name: string): Promise<void> {
    try {
      do {
        this.#busy.set(name, false);
        await this.#sync(name);
      } while (this.#busy.get(name) === true && !this.#options.core.stopping.aborted);
    } catch (error) {
      if (!this.#options.core.stopping.aborted) this.#options.onError(error);
    } finally {
      this.#busy.delete(name);
    }
  }

  async #sync(name: string): Promise<void> {
    const entry = this.#options.core.objects.get(this.#namespaces(), name);
    if (entry === undefined) return;
    const namespace = entry.parse();
    await (isDying(namespace) ? this.#empty(name, namespace) : this.#furnish(name));
  }

  async #furnish(namespace: string): Promise<void> {
    const { client, ca } = this.#options;
    await client.createIfAbsent({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } });
    await client.createIfAbsent({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'kube-root-ca.crt',
        namespace,
        annotations: { 'kubernetes.io/description': caDescription },
      },
      data: { 'ca.crt': ca },
    });
  }

  async #empty(name: string, namespace: KubeObject): Promise<void> {
    const { core, client } = this.#options;
    const finalizers = (namespace['spec'] as { finalizers?: string[] } | undefined)?.finalizers ?? [];
    if (!finalizers.includes('kubernetes')) return;
    for (const resource of this.#namespaced()) {
      if (core.objects.cache(resource).current().countPrefix(`${name}/`) === 0) continue;
      await client.send('DELETE', pathOf({ ...resource, version: resource.storageVersion }, name));
    }
    const left = this.#namespaced().some(
      (resource) => core.objects.cache(resource).current().countPrefix(`${name}/`) > 0,
    );
    if (left) return;
    const spec = { finalizers: finalizers.filter((finalizer) => finalizer !== 'kubernetes') };
    await client.send('PUT', `/api/v1/namespaces/${name}/finalize`, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
      spec,
    });
  }
}

const isDying = (namespace: KubeObject): boolean => namespace.metadata.deletionTimestamp !== undefined;

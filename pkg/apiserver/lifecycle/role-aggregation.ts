/** Keeps the rules of aggregated ClusterRoles (admin, edit, view) equal to the sum of the roles that add to them. */
import { planAggregation, type ClusterRole } from '../authz/aggregated-roles.ts';
import type { OwnClient } from '../bootstrap/bootstrap.ts';
import type { ServerCore } from '../core.ts';
import type { Leadership } from './leadership.ts';
import type { Resource } from '../registry/resource.ts';

export interface RoleAggregationOptions {
  readonly core: ServerCore;
  readonly client: OwnClient;
  /** Only the leader works; the others keep up. */
  readonly leadership: Leadership;
  readonly onError: (error: unknown) => void;
}

export class RoleAggregation {
  readonly #options: RoleAggregationOptions;
  #wanted = false;
  #running = false;

  constructor(options: RoleAggregationOptions) {
    this.#options = options;
  }

  get idle(): boolean {
    return !this.#running;
  }

  start(): void {
    this.#options.core.objects
      .cache(this.#resource())
      .subscribe({ changed: () => this.#request(), lost: () => undefined });
    this.wake();
  }

  /** Leading begins: what happened before is looked at too. */
  wake(): void {
    this.#request();
  }

  #resource(): Resource {
    const resource = this.#options.core.registry.get('rbac.authorization.k8s.io', 'clusterroles');
    if (resource === undefined) throw new Error('clusterroles are not served');
    return resource;
  }

  #request(): void {
    if (!this.#options.leadership.leads) return;
    this.#wanted = true;
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      while (this.#wanted && !this.#options.core.stopping.aborted) {
        // One turn later, so that a burst of changes is looked at once.
        await new Promise((resolve) => setImmediate(resolve));
        this.#wanted = false;
        await this.#aggregate();
      }
    } catch (error) {
      if (!this.#options.core.stopping.aborted) this.#options.onError(error);
    } finally {
      this.#running = false;
    }
  }

  async #aggregate(): Promise<void> {
    const { core, client } = this.#options;
    const roles = Array.from(core.objects.cache(this.#resource()).current().iterate(), ([, entry]) => entry);
    for (const role of planAggregation(roles.map((entry): ClusterRole => entry.parse()))) {
      await client.send('PUT', `/apis/rbac.authorization.k8s.io/v1/clusterroles/${role.metadata.name}`, role);
    }
  }
}

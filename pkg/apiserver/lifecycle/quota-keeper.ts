/**
 * Keeps the status of ResourceQuotas: what is allowed is copied from the spec, what is used is counted anew when a quota
 * changes, when something that counts goes or shrinks, and every few minutes. What comes is charged by admission.
 */
import type { KubeObject } from '../../api/types.ts';
import type { ResourceQuota } from '../../api/workloads.ts';
import type { Timer } from '../../clock/index.ts';
import type { OwnClient } from '../bootstrap/bootstrap.ts';
import type { ServerCore } from '../core.ts';
import { amountsOf, countOf, only, plus, sameAmounts, textsOf, type Amount } from '../quota/amounts.ts';
import { namespaceOf } from '../quota/book.ts';
import { matchesScopes } from '../quota/scopes.ts';
import { isChargedTo, isCounted, usageOf } from '../quota/usage.ts';
import type { Leadership } from './leadership.ts';
import type { Resource } from '../registry/resource.ts';
import type { Change } from '../watchcache/change.ts';

export interface QuotaKeeperOptions {
  readonly core: ServerCore;
  readonly client: OwnClient;
  /** Only the leader counts; the others keep up. */
  readonly leadership: Leadership;
  readonly onError: (error: unknown) => void;
}

const resyncMs = 300_000;
const lookAgainMs = 2000;

export class QuotaKeeper {
  readonly #options: QuotaKeeperOptions;
  readonly #dirty = new Set<string>();
  #running = false;
  #timer: Timer | undefined;

  constructor(options: QuotaKeeperOptions) {
    this.#options = options;
  }

  get idle(): boolean {
    return !this.#running;
  }

  start(): void {
    const { core } = this.#options;
    for (const resource of core.registry.all()) this.#follow(resource);
    core.registry.onAdded((resource) => this.#follow(resource));
    this.#resync();
    core.stopping.addEventListener('abort', () => this.#timer?.cancel(), { once: true });
  }

  /** Leading begins: what happened before is counted too. */
  wake(): void {
    for (const namespace of this.#options.core.quotas.namespaces()) this.#request(namespace);
  }

  #resync(): void {
    const { core } = this.#options;
    if (core.stopping.aborted) return;
    this.wake();
    this.#timer = core.clock.after(resyncMs, () => this.#resync());
  }

  #follow(resource: Resource): void {
    if (!resource.namespaced || !isCounted(resource)) return;
    const { core } = this.#options;
    const isQuota = resource === core.quotas.resource;
    core.objects.cache(resource).subscribe({
      changed: (change) => {
        const namespace = namespaceOf(change.entry);
        core.quotas.arrived(namespace, resource, change.entry.key);
        if (!core.quotas.has(namespace)) return;
        if ((isQuota && wantsCounting(change)) || this.#freesSomething(resource, change)) this.#request(namespace);
      },
      lost: () => undefined,
    });
  }

  #freesSomething(resource: Resource, { type, entry, previous }: Change): boolean {
    if (type === 'DELETED') return true;
    if (previous === undefined || resource.group !== '') return false;
    if (!['pods', 'services', 'persistentvolumeclaims'].includes(resource.resource)) return false;
    const now = this.#options.core.clock.now();
    return !sameAmounts(usageOf(resource, entry.parse(), now), usageOf(resource, previous.parse(), now));
  }

  #request(namespace: string): void {
    if (!this.#options.leadership.leads) return;
    this.#dirty.add(namespace);
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    const { core, onError } = this.#options;
    this.#running = true;
    try {
      while (this.#dirty.size > 0 && !core.stopping.aborted) {
        // One turn later, so that a burst of changes is looked at once.
        await new Promise((resolve) => setImmediate(resolve));
        const namespaces = [...this.#dirty];
        this.#dirty.clear();
        for (const namespace of namespaces) await core.quotas.inTurn(namespace, () => this.#count(namespace));
      }
    } catch (error) {
      if (!core.stopping.aborted) onError(error);
    } finally {
      this.#running = false;
    }
  }

  async #count(namespace: string): Promise<void> {
    const { core, client } = this.#options;
    for (const entry of core.quotas.in(namespace)) {
      const quota: ResourceQuota = entry.parse();
      const hard = quota.spec?.hard ?? {};
      const used = this.#usedOf(quota, namespace);
      const { status } = quota;
      const known = amountsOf(status?.used);
      if (
        status?.hard !== undefined &&
        status.used !== undefined &&
        sameAmounts(amountsOf(status.hard), amountsOf(hard)) &&
        sameAmounts(known, used)
      ) {
        continue;
      }
      const path = `/api/v1/namespaces/${namespace}/resourcequotas/${quota.metadata.name}/status`;
      const answer = await client.send('PUT', path, { ...quota, status: { hard, used: textsOf(used) } });
      if (answer === 409) this.#dirty.add(namespace);
    }
  }

  #usedOf(quota: ResourceQuota, namespace: string): Map<string, Amount> {
    const { core } = this.#options;
    const now = core.clock.now();
    const names = new Set(Object.keys(quota.spec?.hard ?? {}));
    // Names that nobody counts keep what was said of them.
    let sum = only(amountsOf(quota.status?.used), names);
    const onTheWay = core.quotas.expected(namespace, now);
    if (onTheWay.length > 0) core.clock.after(lookAgainMs, () => this.#request(namespace));
    const seen = new Set<string>();
    for (const resource of core.registry.all()) {
      const own = new Set([...names].filter((name) => isCounted(resource) && isChargedTo(resource, name)));
      if (own.size === 0 || !resource.namespaced || seen.has(`${resource.group}/${resource.resource}`)) continue;
      seen.add(`${resource.group}/${resource.resource}`);
      for (const name of own) sum.set(name, countOf(0));
      const add = (object: KubeObject): void => {
        if (matchesScopes(quota, resource, object)) sum = plus(sum, only(usageOf(resource, object, now), own));
      };
      for (const [, entry] of core.objects.cache(resource).current().iterate('', `${namespace}/`)) add(entry.parse());
      for (const pending of onTheWay) if (pending.resource === resource) add(pending.object);
    }
    return sum;
  }
}

/** A new quota, or one whose limits are not those of its status. */
function wantsCounting({ type, entry }: Change): boolean {
  if (type === 'DELETED') return false;
  const { spec, status }: ResourceQuota = entry.parse();
  return status?.used === undefined || !sameAmounts(amountsOf(spec?.hard), amountsOf(status.hard));
}

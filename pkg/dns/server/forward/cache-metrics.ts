/** X9, under CoreDNS's names. */
import type { Counter, MetricRegistry } from '../../../metrics/index.ts';

type Kind = 'success' | 'denial';

export class CacheMetrics {
  readonly #registry: MetricRegistry;
  readonly #labels: { readonly server: string; readonly zones: string; readonly view: string };
  readonly #requests: Counter;
  readonly #misses: Counter;
  readonly #hits: { readonly [kind in Kind]: Counter };
  readonly #evictions: { readonly [kind in Kind]: Counter };

  constructor(registry: MetricRegistry, server: string) {
    this.#registry = registry;
    this.#labels = { server, zones: '.', view: '' };
    this.#requests = this.#counter('coredns_cache_requests_total', 'Questions put to the cache.');
    this.#misses = this.#counter('coredns_cache_misses_total', 'Questions the cache could not answer.');
    const ofKind = (name: string, help: string): { [kind in Kind]: Counter } => ({
      success: this.#counter(name, help, 'success'),
      denial: this.#counter(name, help, 'denial'),
    });
    this.#hits = ofKind('coredns_cache_hits_total', 'Questions the cache answered.');
    this.#evictions = ofKind('coredns_cache_evictions_total', 'Answers dropped for want of room.');
  }

  entries(kind: Kind, read: () => number): void {
    const labels = ['server', 'type', 'zones', 'view'];
    const family = this.#registry.gauge({ name: 'coredns_cache_entries', help: 'Answers kept.', labels });
    family.with({ ...this.#labels, type: kind }).readBy(read);
  }

  hit(kind: Kind): void {
    this.#requests.value += 1;
    this.#hits[kind].value += 1;
  }

  miss(): void {
    this.#requests.value += 1;
    this.#misses.value += 1;
  }

  evicted(kind: Kind): void {
    this.#evictions[kind].value += 1;
  }

  #counter(name: string, help: string, type?: Kind): Counter {
    const labels = type === undefined ? ['server', 'zones', 'view'] : ['server', 'type', 'zones', 'view'];
    return this.#registry.counter({ name, help, labels }).with({ ...this.#labels, ...(type && { type }) });
  }
}

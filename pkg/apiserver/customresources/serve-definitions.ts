/** Definitions of custom kinds as a kind of their own, and the caches that come and go with what they define. */
import { checkExpressions } from '../../customresources/index.ts';
import type { Clock } from '../../clock/index.ts';
import { prefixOf } from '../registry/object-store.ts';
import type { Registry } from '../registry/registry.ts';
import { timestamp } from '../resources/scope.ts';
import { WatchCache } from '../watchcache/cache.ts';
import type { Feed } from '../watchcache/feed.ts';
import type { HistoryBudget } from '../watchcache/history-budget.ts';
import { definitionBehaviour } from './definition-behaviour.ts';
import type { DefinitionKeeper } from './keeper.ts';

export function serveDefinitions(clock: Clock, registry: Registry): void {
  const definitions = registry.require('apiextensions.k8s.io', 'customresourcedefinitions');
  const now = (): string => timestamp(clock.now());
  registry.register({ ...definitions, behaviour: definitionBehaviour({ checkExpressions, now }) });
}

/** Caches that come and go with custom kinds. */
export function customCaches(
  clock: Clock,
  feed: Feed,
  caches: Map<string, WatchCache>,
  budget: HistoryBudget,
): Pick<ConstructorParameters<typeof DefinitionKeeper>[0], 'addCache' | 'removeCache'> {
  return {
    addCache: async (resource) => {
      const cache = new WatchCache(prefixOf(resource), clock, budget);
      caches.set(cache.prefix, cache);
      await feed.addLive(cache);
    },
    removeCache: (resource) => {
      const cache = caches.get(prefixOf(resource));
      if (cache === undefined) return;
      caches.delete(cache.prefix);
      feed.remove(cache);
    },
  };
}

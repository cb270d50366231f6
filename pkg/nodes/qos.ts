import type { Pod } from '../api/types.ts';

type Resources = NonNullable<NonNullable<Pod['spec']>['containers'][number]['resources']>;

const counted = ['cpu', 'memory'] as const;

/** Guaranteed: every container limits both and asks for what it limits. BestEffort: none says anything. */
export function qosClass({ spec }: Pod): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const all = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map(({ resources }) => resources ?? {});
  if (all.every((resources) => counted.every((name) => !says(resources, name)))) return 'BestEffort';
  return all.every((resources) => counted.every((name) => isBound(resources, name))) ? 'Guaranteed' : 'Burstable';
}

const says = ({ requests, limits }: Resources, name: string): boolean =>
  (requests ?? {})[name] !== undefined || (limits ?? {})[name] !== undefined;

function isBound({ requests, limits }: Resources, name: string): boolean {
  const limit = (limits ?? {})[name];
  return limit !== undefined && ((requests ?? {})[name] ?? limit) === limit;
}

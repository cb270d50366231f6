/** What a Pod asks for as a whole. */
import type { Pod } from '../../api/types.ts';
import { amountsOf, largest, plus, type Amount, type Amounts, type Texts } from './amounts.ts';

type Container = NonNullable<Pod['spec']>['containers'][number];
type Status = NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number];
type Kind = 'requests' | 'limits';

export interface PodAmountOptions {
  /** While a resize is under way the larger of what was and what will be counts. */
  readonly useStatus: boolean;
}

/** Containers together; init containers one after another, on top of those that stay. */
export function podAmounts(pod: Pod, kind: Kind, { useStatus }: PodAmountOptions): Amounts {
  const { spec, status } = pod;
  const statuses = new Map(
    [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])].map((one) => [one.name, one]),
  );
  const of = (container: Container): Amounts =>
    effective(container, kind, useStatus ? statuses.get(container.name) : undefined);
  let sum: Amounts = new Map();
  for (const container of spec?.containers ?? []) sum = plus(sum, of(container));
  let staying: Amounts = new Map();
  let most: Amounts = new Map();
  for (const container of spec?.initContainers ?? []) {
    if (container.restartPolicy === 'Always') {
      sum = plus(sum, of(container));
      staying = plus(staying, of(container));
      most = largest(most, staying);
    } else most = largest(most, plus(amountsOf(container.resources?.[kind]), staying));
  }
  return withPodLevel(pod, kind, largest(sum, most));
}

function effective({ resources }: Container, kind: Kind, status: Status | undefined): Amounts {
  const wanted = amountsOf(resources?.[kind]);
  if (status?.resources === undefined) return wanted;
  const actual = largest(wanted, amountsOf(status.resources[kind]));
  return kind === 'limits' ? actual : largest(actual, amountsOf(status.allocatedResources));
}

const podLevel = /^(?:cpu|memory|hugepages-.*)$/;

export const hasPodLevel = ({ spec }: Pod): boolean =>
  [spec?.resources?.requests, spec?.resources?.limits].some((texts: Texts | undefined) =>
    Object.keys(texts ?? {}).some((name) => podLevel.test(name)),
  );

function withPodLevel(pod: Pod, kind: Kind, containers: Amounts): Amounts {
  const result = new Map<string, Amount>(containers);
  for (const [name, amount] of amountsOf(pod.spec?.resources?.[kind]))
    if (podLevel.test(name)) result.set(name, amount);
  const overhead = amountsOf(pod.spec?.overhead);
  if (kind === 'requests') return plus(result, overhead);
  return plus(result, new Map([...overhead].filter(([name]) => (result.get(name)?.nano ?? 0n) !== 0n)));
}

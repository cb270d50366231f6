/** The quality-of-service class of a Pod, from what its containers ask for. */
import type { Pod } from '../../../api/types.ts';
import { parseQuantity } from '../../formats/quantity.ts';

type Amounts = Readonly<Record<string, string>> | undefined;

const counted = ['cpu', 'memory'] as const;

const amount = (amounts: Amounts, name: string): bigint =>
  parseQuantity(amounts !== undefined && Object.hasOwn(amounts, name) ? (amounts[name] ?? '') : '') ?? 0n;

/** Guaranteed: every container limits cpu and memory and asks for exactly that. BestEffort: nobody asks for anything. */
export function podQos(pod: Pod): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const { containers, initContainers = [], resources } = pod.spec ?? { containers: [] };
  const askers = resources !== undefined ? [{ resources }] : [...initContainers, ...(containers ?? [])];
  const asks = askers.some(({ resources: each }) =>
    counted.some((name) => amount(each?.limits, name) > 0n || amount(each?.requests, name) > 0n),
  );
  if (!asks) return 'BestEffort';
  const exact = askers.every(({ resources: each }) =>
    counted.every((name) => {
      const limit = amount(each?.limits, name);
      return limit > 0n && limit === amount(each?.requests, name);
    }),
  );
  return exact ? 'Guaranteed' : 'Burstable';
}

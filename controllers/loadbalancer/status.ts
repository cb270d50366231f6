/** What of a verdict is written into the objects, and whether it says anything new (L3, L15, L51). */
import type { KubeObject, Service } from '../../pkg/api/types.ts';
import { conditionsOf, conditionType, type Condition } from './condition.ts';
import type { Usage, Verdict } from './plan.ts';

/** The Service with its new status; undefined when it says all of it already. */
export function withVerdict({ service, addresses, reason, message }: Verdict, now: string): Service | undefined {
  const ingress = addresses.map((ip) => ({ ip, ipMode: 'VIP' }));
  const before = service.status?.loadBalancer?.ingress ?? [];
  const sameIngress = before.length === ingress.length && before.every(({ ip }, index) => ip === ingress[index]?.ip);
  const status = reason === 'assigned' ? 'True' : 'False';
  const conditions = withCondition(conditionsOf(service), { type: conditionType, status, reason, message }, now);
  if (sameIngress && conditions === undefined) return undefined;
  return {
    ...service,
    status: {
      ...service.status,
      ...(conditions === undefined ? {} : { conditions }),
      loadBalancer: ingress.length === 0 ? {} : { ingress: sameIngress ? before : ingress },
    },
  };
}

/** The pool with its new status; undefined when nothing has changed. */
export function withUsage(
  pool: KubeObject,
  usage: readonly Usage[],
  refused: string | undefined,
  now: string,
): KubeObject | undefined {
  const addresses = usage.map(({ family, total, used }) => ({
    family,
    total: String(total),
    used: String(used),
    free: String(total - used),
  }));
  const condition =
    refused === undefined
      ? { type: 'Ready', status: 'True' as const, reason: 'Valid', message: 'addresses are given out from this pool' }
      : { type: 'Ready', status: 'False' as const, reason: 'Refused', message: refused };
  const conditions = withCondition(conditionsOf(pool), condition, now);
  const status = pool['status'] as { addresses?: unknown } | undefined;
  const same = JSON.stringify(status?.addresses ?? []) === JSON.stringify(addresses);
  if (same && conditions === undefined) return undefined;
  return { ...pool, status: { addresses, conditions: conditions ?? conditionsOf(pool) } };
}

/** Undefined: it stands there already. */
function withCondition(
  conditions: readonly Condition[],
  wanted: Omit<Condition, 'lastTransitionTime'>,
  now: string,
): Condition[] | undefined {
  const old = conditions.find(({ type }) => type === wanted.type);
  if (old?.status === wanted.status && old.reason === wanted.reason && old.message === wanted.message) return undefined;
  const lastTransitionTime = old?.status === wanted.status ? old.lastTransitionTime : now;
  return [...conditions.filter(({ type }) => type !== wanted.type), { ...wanted, lastTransitionTime }];
}

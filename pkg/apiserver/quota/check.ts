/** One request against the quotas of its namespace. Pure: quotas in, quotas with the new use out, or a refusal. */
import type { KubeObject, Pod } from '../../api/types.ts';
import type { ResourceQuota } from '../../api/workloads.ts';
import { amountsOf, listed, minus, nonZero, only, plus, textsOf, type Amounts } from './amounts.ts';
import { hasPodLevel } from './pod-amounts.ts';
import { isTerminating, matchesScopes } from './scopes.ts';
import { computeNames, isChargedTo, usageOf, type Counted } from './usage.ts';

export interface QuotaRequest {
  readonly counted: Counted;
  readonly subresource: string;
  readonly object: KubeObject;
  /** Absent: it is created. */
  readonly previous?: KubeObject;
  readonly now: number;
}

/** Whether a request of this kind can change what is used. */
export function isCharged({ counted, subresource, object, previous }: QuotaRequest): boolean {
  const created = previous === undefined;
  const core = counted.group === '' ? counted.resource : '';
  if (core === 'pods') {
    if (subresource === 'resize') return !created;
    if (subresource !== '') return false;
    return created || isTerminating(previous) !== isTerminating(object);
  }
  if (subresource !== '') return false;
  return created || core === 'services' || core === 'persistentvolumeclaims';
}

export type Verdict = { readonly refusal: string } | { readonly changed: readonly ResourceQuota[] };

export function checkQuotas(quotas: readonly ResourceQuota[], request: QuotaRequest): Verdict {
  const { counted, object, previous, now } = request;
  const concerned: ResourceQuota[] = [];
  for (const quota of quotas) {
    const names = Object.keys(quota.status?.hard ?? {}).filter((name) => isChargedTo(counted, name));
    if (names.length === 0 || !matchesScopes(quota, counted, object)) continue;
    const { name } = quota.metadata;
    const missing = counted.group === '' && counted.resource === 'pods' ? unspecified(names, object) : '';
    if (missing !== '') return { refusal: `failed quota: ${name}: must specify ${missing}` };
    if (names.some((one) => !Object.hasOwn(quota.status?.used ?? {}, one))) {
      return { refusal: `status unknown for quota: ${name}, resources: ${names.toSorted().join(',')}` };
    }
    concerned.push(quota);
  }
  const usage = usageOf(counted, object, now);
  const negative = [...usage].filter(([, { nano }]) => nano < 0n).map(([name]) => name);
  if (negative.length > 0) {
    return { refusal: `quota usage is negative for resource(s): ${negative.toSorted().join(',')}` };
  }
  const changed: ResourceQuota[] = [];
  for (const quota of concerned) {
    const isOld = previous !== undefined && matchesScopes(quota, counted, previous);
    const delta = nonZero(isOld ? minus(usage, usageOf(counted, previous, now)) : usage);
    const verdict = charge(quota, delta);
    if (typeof verdict === 'string') return { refusal: verdict };
    if (verdict !== undefined) changed.push(verdict);
  }
  return { changed };
}

function charge(quota: ResourceQuota, delta: Amounts): ResourceQuota | string | undefined {
  const hard = amountsOf(quota.status?.hard);
  const used = amountsOf(quota.status?.used);
  const requested = only(delta, hard);
  if (requested.size === 0) return undefined;
  const sum = plus(used, requested);
  const exceeded = new Set(
    [...requested.keys()].filter((name) => (sum.get(name)?.nano ?? 0n) > (hard.get(name)?.nano ?? 0n)),
  );
  if (exceeded.size > 0) {
    const part = (amounts: Amounts): string => listed(only(amounts, exceeded));
    return `exceeded quota: ${quota.metadata.name}, requested: ${part(requested)}, used: ${part(used)}, limited: ${part(hard)}`;
  }
  return { ...quota, status: { ...quota.status, used: textsOf(sum) } };
}

const mustSay = new Set(['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory']);

/** Who limits cpu or memory wants every container to say what it takes. */
function unspecified(names: readonly string[], pod: Pod): string {
  if (hasPodLevel(pod)) return '';
  const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
  return names
    .filter((name) => mustSay.has(name))
    .toSorted()
    .flatMap((name) => {
      const silent = containers.filter(
        ({ resources }) => !computeNames(amountsOf(resources?.requests), amountsOf(resources?.limits)).has(name),
      );
      const who = [...new Set(silent.map((one) => one.name))].toSorted();
      return who.length === 0 ? [] : [`${name} for: ${who.join(',')}`];
    })
    .join('; ');
}

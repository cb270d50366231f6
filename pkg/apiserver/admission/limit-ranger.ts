/** LimitRanges: what containers take when they do not say, and between which bounds they may ask. */
import { forbidden } from '../../api/status.ts';
import type { KubeObject, Pod } from '../../api/types.ts';
import type { LimitRange, LimitRangeItem, PersistentVolumeClaim } from '../../api/workloads.ts';
import { amountsOf, textOf, type Amount, type Amounts } from '../quota/amounts.ts';
import { podAmounts } from '../quota/pod-amounts.ts';
import type { AdmissionPlugin, Attributes } from './admission.ts';

const annotation = 'kubernetes.io/limit-ranger';
type Container = NonNullable<Pod['spec']>['containers'][number];

export const limitRanger: AdmissionPlugin = {
  name: 'LimitRanger',
  mutate(attributes) {
    if (kindOf(attributes) !== 'pods') return;
    for (const range of rangesOf(attributes)) fillIn(attributes.object, range);
  },
  validate(attributes) {
    const kind = kindOf(attributes);
    if (kind === undefined) return;
    const { scope, object } = attributes;
    for (const { spec } of rangesOf(attributes)) {
      const limits = spec?.limits ?? [];
      const problems = limits.flatMap((item) =>
        kind === 'pods' ? podProblems(item, object as Pod) : claimProblems(item, object),
      );
      const [first, ...more] = new Set(problems);
      if (first === undefined) continue;
      throw forbidden(
        scope.resource,
        object.metadata.name ?? '',
        more.length === 0 ? first : `[${[first, ...more].join(', ')}]`,
      );
    }
  },
};

/** Pods when they are created or resized, claims always; undefined: nothing to say. */
function kindOf({ scope, operation, previous }: Attributes): 'pods' | 'claims' | undefined {
  const { group, kind } = scope.resource;
  if (group !== '' || operation === 'DELETE' || previous?.metadata.deletionTimestamp !== undefined) return undefined;
  const part = scope.subresource?.name ?? '';
  if (kind === 'Pod') return part === 'resize' || (part === '' && operation === 'CREATE') ? 'pods' : undefined;
  return kind === 'PersistentVolumeClaim' && part === '' ? 'claims' : undefined;
}

function rangesOf({ scope, object }: Attributes): LimitRange[] {
  const { core, info } = scope;
  const resource = core.registry.get('', 'limitranges');
  if (resource === undefined) return [];
  const cache = core.objects.cache(resource);
  if (cache.size === 0) return [];
  const namespace = object.metadata.namespace ?? info.namespace;
  return Array.from(cache.current().iterate('', `${namespace}/`), ([, entry]): LimitRange => entry.parse());
}

function fillIn(pod: Pod, { spec }: LimitRange): void {
  const requests = new Map<string, string>();
  const limits = new Map<string, string>();
  for (const item of spec?.limits ?? []) {
    if (item.type !== 'Container') continue;
    for (const [name, value] of Object.entries(item.defaultRequest ?? {})) requests.set(name, value);
    for (const [name, value] of Object.entries(item.default ?? {})) limits.set(name, value);
  }
  const told = [
    ...(pod.spec?.containers ?? []).flatMap((container) => fillContainer(container, 'container', requests, limits)),
    ...(pod.spec?.initContainers ?? []).flatMap((container) =>
      fillContainer(container, 'init container', requests, limits),
    ),
  ];
  if (told.length === 0) return;
  pod.metadata.annotations = {
    ...pod.metadata.annotations,
    [annotation]: `LimitRanger plugin set: ${told.join('; ')}`,
  };
}

function fillContainer(
  container: Container,
  what: string,
  requests: ReadonlyMap<string, string>,
  limits: ReadonlyMap<string, string>,
): string[] {
  const resources = container.resources ?? {};
  const added = (own: Readonly<Record<string, string>>, defaults: ReadonlyMap<string, string>): string[] =>
    [...defaults.keys()].filter((name) => !Object.hasOwn(own, name)).toSorted();
  const newLimits = added(resources.limits ?? {}, limits);
  const newRequests = added(resources.requests ?? {}, requests);
  if (newLimits.length + newRequests.length === 0) return [];
  const merged = (
    own: Readonly<Record<string, string>> | undefined,
    names: readonly string[],
    from: ReadonlyMap<string, string>,
  ) => ({
    ...own,
    ...Object.fromEntries(names.map((name) => [name, from.get(name) ?? ''])),
  });
  container.resources = {
    ...resources,
    ...(newLimits.length === 0 ? {} : { limits: merged(resources.limits, newLimits, limits) }),
    ...(newRequests.length === 0 ? {} : { requests: merged(resources.requests, newRequests, requests) }),
  };
  return [
    ...(newRequests.length === 0 ? [] : [`${newRequests.join(', ')} request for ${what} ${container.name}`]),
    ...(newLimits.length === 0 ? [] : [`${newLimits.join(', ')} limit for ${what} ${container.name}`]),
  ];
}

function podProblems(item: LimitRangeItem, pod: Pod): string[] {
  if (item.type === 'Container') {
    const all = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
    return all.flatMap(({ resources }) => problems(item, amountsOf(resources?.requests), amountsOf(resources?.limits)));
  }
  if (item.type !== 'Pod') return [];
  const options = { useStatus: false };
  return problems(item, podAmounts(pod, 'requests', options), podAmounts(pod, 'limits', options));
}

function problems(item: LimitRangeItem, requests: Amounts, limits: Amounts): string[] {
  const { type, min, max, maxLimitRequestRatio } = item;
  const each = (bounds: Readonly<Record<string, string>> | undefined, check: Check): string[] =>
    Object.entries(bounds ?? {}).flatMap(([name, text]) => {
      const bound = amountsOf({ bound: text }).get('bound');
      const found = bound && check(name, type, { bound, text, request: requests.get(name), limit: limits.get(name) });
      return found === undefined ? [] : [found];
    });
  return [...each(min, tooSmall), ...each(max, tooLarge), ...each(maxLimitRequestRatio, tooFarApart)];
}

interface Asked {
  readonly bound: Amount;
  readonly text: string;
  readonly request: Amount | undefined;
  readonly limit: Amount | undefined;
}

type Check = (name: string, type: string, asked: Asked) => string | undefined;

const tooSmall: Check = (name, type, { bound, text, request, limit }) => {
  const rule = `minimum ${name} usage per ${type} is ${text}`;
  if (request === undefined) return `${rule}.  No request is specified`;
  if (request.nano < bound.nano) return `${rule}, but request is ${textOf(request)}`;
  if (limit !== undefined && limit.nano < bound.nano) return `${rule}, but limit is ${textOf(limit)}`;
  return undefined;
};

const tooLarge: Check = (name, type, { bound, text, request, limit }) => {
  const rule = `maximum ${name} usage per ${type} is ${text}`;
  if (limit === undefined) return `${rule}.  No limit is specified`;
  if (limit.nano > bound.nano) return `${rule}, but limit is ${textOf(limit)}`;
  if (request !== undefined && request.nano > bound.nano) return `${rule}, but request is ${textOf(request)}`;
  return undefined;
};

const tooFarApart: Check = (name, type, { bound, text, request, limit }) => {
  const rule = `${name} max limit to request ratio per ${type} is ${text}`;
  if (request === undefined || request.nano === 0n) return `${rule}, but no request is specified or request is 0`;
  if (limit === undefined || limit.nano === 0n) return `${rule}, but no limit is specified or limit is 0`;
  const ratio = Number(limit.nano) / Number(request.nano);
  if (ratio * 1000 <= Number(bound.nano / 1_000_000n)) return undefined;
  return `${rule}, but provided ratio is ${ratio.toFixed(6)}`;
};

/** Of a claim only what it asks for counts. */
function claimProblems(item: LimitRangeItem, object: KubeObject): string[] {
  if (item.type !== 'PersistentVolumeClaim') return [];
  const requests = amountsOf((object as PersistentVolumeClaim).spec?.resources?.requests);
  const { min, max } = item;
  const small = problems({ type: item.type, ...(min === undefined ? {} : { min }) }, requests, new Map());
  const large = Object.entries(max ?? {}).flatMap(([name, text]) => {
    const rule = `maximum ${name} usage per ${item.type} is ${text}`;
    const request = requests.get(name);
    if (request === undefined) return [`${rule}.  No request is specified`];
    const bound = amountsOf({ bound: text }).get('bound')?.nano ?? 0n;
    return request.nano > bound ? [`${rule}, but request is ${textOf(request)}`] : [];
  });
  return [...small, ...large];
}

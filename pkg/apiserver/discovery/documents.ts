/** Discovery as data: the legacy lists of O1 and the aggregated one of O2, both derived from the registry. */
import { reviewTypes } from '../reviews/reviews.ts';
import { createHash } from 'node:crypto';
import { byPriority } from '../customresources/version-order.ts';
import type { Registry } from '../registry/registry.ts';
import type { Resource, ResourceVersion } from '../registry/resource.ts';

interface Served {
  readonly resource: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: ResourceVersion['subresources'];
  /** `group/version/Kind` of what is stored; custom kinds only. */
  readonly storedAs?: string;
}

/** Tells clients that the stored form has changed. */
const hashOf = (text: string): string => createHash('sha256').update(text).digest().subarray(0, 8).toString('base64');

interface ServedVersion {
  readonly version: string;
  readonly resources: readonly Served[];
}

interface ServedGroup {
  readonly group: string;
  readonly versions: readonly ServedVersion[];
}

const fromResource = (resource: Resource, version: ResourceVersion): Served => ({
  ...resource,
  subresources: version.subresources,
  ...(resource.storedAs === undefined ? {} : { storedAs: resource.storedAs }),
});

/** Groups in order of preference, each with its versions, each with its resources by name. */
export function servedGroups(registry: Registry): ServedGroup[] {
  const groups = new Map<string, Map<string, Served[]>>();
  const add = (group: string, version: string, served: Served): void => {
    const versions = groups.get(group) ?? new Map<string, Served[]>();
    groups.set(group, versions);
    const list = versions.get(version) ?? [];
    versions.set(version, list);
    list.push(served);
  };
  const all = registry.all();
  const custom = all.filter((resource) => resource.custom === true);
  const byGroup = (a: Resource, b: Resource): number => (a.group < b.group ? -1 : a.group > b.group ? 1 : 0);
  for (const resource of [...all.filter((resource) => resource.custom !== true), ...custom.sort(byGroup)]) {
    for (const version of resource.versions) add(resource.group, version.version, fromResource(resource, version));
  }
  for (const type of reviewTypes) {
    add(type.group, type.version, {
      ...type,
      singular: type.kind.toLowerCase(),
      verbs: ['create'],
      shortNames: [],
      categories: [],
      subresources: [],
    });
  }
  return Array.from(groups, ([group, versions]) => ({
    group,
    versions: Array.from(inOrder(group, versions, custom), ([version, resources]) => ({
      version,
      resources: resources.sort((a, b) => (a.resource < b.resource ? -1 : 1)),
    })),
  }));
}

/** Kinds of one custom group may differ in their versions; the group's order is that of their promises. */
function inOrder(
  group: string,
  versions: ReadonlyMap<string, Served[]>,
  custom: readonly Resource[],
): Iterable<[string, Served[]]> {
  if (!custom.some((resource) => resource.group === group)) return versions;
  return [...versions].sort(([a], [b]) => byPriority(a, b));
}

const groupVersion = (group: string, version: string): string => (group === '' ? version : `${group}/${version}`);

// --- legacy ---------------------------------------------------------------------------------------------------------

export const apiVersions = (serverAddress: string): object => ({
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
});

export function apiGroup({ group, versions }: ServedGroup): object {
  const list = versions.map(({ version }) => ({ groupVersion: groupVersion(group, version), version }));
  return { name: group, versions: list, preferredVersion: list[0] };
}

export function apiGroupList(registry: Registry): object {
  const groups = servedGroups(registry).filter(({ group }) => group !== '');
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(apiGroup) };
}

export function apiResourceList(group: string, { version, resources }: ServedVersion): object {
  return {
    kind: 'APIResourceList',
    ...(group === '' ? {} : { apiVersion: 'v1' }),
    groupVersion: groupVersion(group, version),
    resources: resources
      .flatMap((served) => legacyEntries(group, version, served))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function legacyEntries(group: string, version: string, served: Served): { name: string }[] {
  const { resource, singular, namespaced, kind, verbs, shortNames, categories, subresources, storedAs } = served;
  const main = {
    name: resource,
    singularName: singular,
    namespaced,
    kind,
    verbs,
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
    ...(storedAs === undefined ? {} : { storageVersionHash: hashOf(storedAs) }),
  };
  const subs = subresources.map((sub) => ({
    name: `${resource}/${sub.name}`,
    singularName: '',
    namespaced,
    ...(sub.kind === undefined || (sub.kind.group === group && sub.kind.version === version)
      ? {}
      : { group: sub.kind.group, version: sub.kind.version }),
    kind: sub.kind?.kind ?? kind,
    verbs: sub.verbs,
  }));
  return [main, ...subs];
}

// --- aggregated -----------------------------------------------------------------------------------------------------

/** `core` picks what `/api` shows; `/apis` shows everything else. */
export function groupDiscoveryList(registry: Registry, core: boolean): object {
  const groups = servedGroups(registry).filter(({ group }) => (group === '') === core);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map(({ group, versions }) => ({
      metadata: group === '' ? {} : { name: group },
      versions: versions.map(({ version, resources }) => ({
        version,
        resources: resources.map((served) => aggregatedEntry(group, version, served)),
        freshness: 'Current',
      })),
    })),
  };
}

function aggregatedEntry(group: string, version: string, served: Served): object {
  const { resource, singular, namespaced, kind, verbs, shortNames, categories, subresources } = served;
  return {
    resource,
    responseKind: { group, version, kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs,
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
    ...(subresources.length === 0
      ? {}
      : {
          subresources: subresources.map((sub) => ({
            subresource: sub.name,
            responseKind: sub.kind ?? { group, version, kind },
            verbs: sub.verbs,
          })),
        }),
  };
}

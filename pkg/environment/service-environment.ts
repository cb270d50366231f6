/**
 * The environment variables a container gets for Services. Pure: a list of Services in, variables and warnings out,
 * the same for any order of the list. When it is called decides what a container sees: at its start, never later
 * (E15).
 */
import type { Service } from '../api/types.ts';
import { serviceVariables } from './service-variables.ts';
import type { Variable } from './variable.ts';
import { variableOctets } from './variable.ts';

export type EnvironmentWarning =
  /** Two Services make the same variable; the later one by name won (E12). */
  | { readonly kind: 'collision'; readonly name: string; readonly services: readonly string[] }
  /** So many variables that starting a process may fail with "argument list too long" (E18). */
  | { readonly kind: 'size'; readonly octets: number; readonly limit: number };

export interface ServiceEnvironment {
  readonly variables: readonly Variable[];
  /** What the variables take of the space the kernel gives a new process. */
  readonly octets: number;
  readonly warnings: readonly EnvironmentWarning[];
}

const SIZE_LIMIT = 1024 * 1024;

/**
 * Variables for a Pod in `namespace`. Throws when `enableServiceLinks` is undefined: the API server defaults it, so a
 * Pod without it did not come from there (E5).
 */
export function serviceEnvironment(
  services: Iterable<Service>,
  namespace: string,
  enableServiceLinks: boolean | undefined,
): ServiceEnvironment {
  if (enableServiceLinks === undefined) {
    throw new Error('nil pod.spec.enableServiceLinks encountered, cannot construct envvars');
  }
  const values = new Map<string, string>();
  const owners = new Map<string, string[]>();
  for (const service of selectServices(services, namespace, enableServiceLinks)) {
    for (const { name, value } of serviceVariables(service)) {
      values.set(name, value);
      owners.set(name, [...(owners.get(name) ?? []), service.metadata.name ?? '']);
    }
  }
  const variables = [...values].map(([name, value]) => ({ name, value }));
  const octets = variables.reduce((sum, variable) => sum + variableOctets(variable), 0);
  return { variables, octets, warnings: [...collisions(owners), ...sizeWarnings(octets)] };
}

/** E1 to E4: which Services count, ordered by name. */
function selectServices(services: Iterable<Service>, namespace: string, enableServiceLinks: boolean): Service[] {
  const chosen = new Map<string, Service>();
  for (const service of services) {
    const { name = '', namespace: home } = service.metadata;
    if (!hasClusterIP(service)) continue;
    const isMaster = home === MASTER_NAMESPACE && name === MASTER_NAME;
    const isLinked = enableServiceLinks && home === namespace;
    if (isLinked || (isMaster && !chosen.has(name))) chosen.set(name, service);
  }
  return [...chosen.values()].sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
}

/** The Service of the API server, which every container is told of (E2). */
const MASTER_NAMESPACE = 'default';
const MASTER_NAME = 'kubernetes';

/** E1: headless and ExternalName Services have no address to tell. */
function hasClusterIP({ spec }: Service): boolean {
  return spec?.clusterIP !== undefined && spec.clusterIP !== '' && spec.clusterIP !== 'None';
}

/** A name that one Service makes twice (one port number under two names) is no collision. */
function* collisions(owners: ReadonlyMap<string, readonly string[]>): Generator<EnvironmentWarning> {
  for (const [name, all] of owners) {
    const services = [...new Set(all)];
    if (services.length > 1) yield { kind: 'collision', name, services };
  }
}

function* sizeWarnings(octets: number): Generator<EnvironmentWarning> {
  if (octets > SIZE_LIMIT) yield { kind: 'size', octets, limit: SIZE_LIMIT };
}

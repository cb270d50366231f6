/**
 * Which endpoints traffic to one service port may use on this node: the table of section 2, shared by all back ends.
 *
 * 1. The cluster list is every ready endpoint, narrowed by topology; with none ready anywhere, every endpoint that is
 *    serving while it terminates, without topology (T2).
 * 2. The local list is the same for this node alone, and topology never applies to it (T3).
 * 3. Internal traffic uses one or the other by its policy, external traffic likewise; a missing list means reject if
 *    nobody could serve, drop if somebody elsewhere could (G39, T10–T17).
 */
import { compareText, isExternallyAccessible, type ServicePort } from './service-port.ts';
import type { Endpoint } from './slice.ts';
import { narrowByHints, narrowByKeys, type Narrowing, type NodeView } from './topology.ts';

/** `serve`: there is somebody. `reject`: nobody anywhere. `drop`: somebody, but the policy forbids it here. */
export type Verdict = 'serve' | 'reject' | 'drop';

export interface Choice {
  readonly cluster: readonly Endpoint[];
  readonly local: readonly Endpoint[];
  /** Union of the two by text, sorted (T5). */
  readonly reachable: readonly Endpoint[];
  readonly hasAny: boolean;
  /** External destinations lead somewhere, if only for traffic from this node and its pods (G38). */
  readonly servesExternal: boolean;
  readonly internal: Verdict;
  readonly external: Verdict;
  /** Why the cluster list is what it is. */
  readonly narrowedBy: Narrowing;
  /** Whether a list fell back to terminating endpoints. */
  readonly terminatingCluster: boolean;
  readonly terminatingLocal: boolean;
}

export function chooseEndpoints(port: ServicePort, endpoints: readonly Endpoint[], node: NodeView): Choice {
  const exposed = isExternallyAccessible(port);
  const usesCluster = !port.internalLocal || exposed;
  const usesLocal = port.internalLocal || (port.externalLocal && exposed);
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  const draining = endpoints.filter(isDraining);

  const clusterPick = usesCluster ? pickCluster(port, ready, draining, node) : nothing;
  const localPick = usesLocal ? pickLocal(ready, draining) : nothing;
  const hasAny = clusterPick.list.length > 0 || (usesLocal && (ready.length > 0 || draining.length > 0));
  const verdict = (policyLocal: boolean): Verdict => {
    if ((policyLocal ? localPick : clusterPick).list.length > 0) return 'serve';
    return policyLocal && hasAny ? 'drop' : 'reject';
  };
  return {
    cluster: clusterPick.list,
    local: localPick.list,
    reachable: union(clusterPick.list, localPick.list),
    hasAny,
    servesExternal: exposed && (clusterPick.list.length > 0 || (port.externalLocal && localPick.list.length > 0)),
    internal: verdict(port.internalLocal),
    external: verdict(port.externalLocal),
    narrowedBy: clusterPick.by,
    terminatingCluster: clusterPick.terminating,
    terminatingLocal: localPick.terminating,
  };
}

/** Still answering while its Pod goes away: used only where no ready endpoint is left. T6 excludes the silent ones. */
const isDraining = (endpoint: Endpoint): boolean => !endpoint.ready && endpoint.serving && endpoint.terminating;

interface Pick {
  readonly list: readonly Endpoint[];
  readonly by: Narrowing;
  readonly terminating: boolean;
}

const nothing: Pick = { list: [], by: 'none', terminating: false };

/**
 * T2. A Service whose topologyKeys admit none of its ready endpoints has none (T32): terminating ones do not step in
 * for ready ones that topology excluded.
 */
function pickCluster(
  port: ServicePort,
  ready: readonly Endpoint[],
  draining: readonly Endpoint[],
  node: NodeView,
): Pick {
  if (ready.length === 0) return { list: draining, by: 'none', terminating: draining.length > 0 };
  if (port.topologyKeys.length > 0) {
    return { list: narrowByKeys(ready, port.topologyKeys, node), by: 'topology-keys', terminating: false };
  }
  return { ...narrowByHints(ready, node), terminating: false };
}

function pickLocal(ready: readonly Endpoint[], draining: readonly Endpoint[]): Pick {
  const here = ready.filter(({ local }) => local);
  if (here.length > 0) return { list: here, by: 'none', terminating: false };
  const drainingHere = draining.filter(({ local }) => local);
  return { list: drainingHere, by: 'none', terminating: drainingHere.length > 0 };
}

function union(a: readonly Endpoint[], b: readonly Endpoint[]): readonly Endpoint[] {
  if (b.length === 0) return a;
  if (a.length === 0) return b;
  const byText = new Map([...a, ...b].map((endpoint) => [endpoint.text, endpoint]));
  if (byText.size === a.length) return a;
  return [...byText.values()].sort((x, y) => compareText(x.text, y.text));
}

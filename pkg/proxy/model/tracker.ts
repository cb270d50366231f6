/**
 * Services and EndpointSlices in, changes out. Each event costs what it carries; a checkout costs what changed since the
 * last one (G25–G29). `buildModel` in build.ts is the same function without memory, and the yardstick of this one.
 */
import type { EndpointSlice, Service } from '../../api/types.ts';
import type { Family } from './address.ts';
import { Claims, type Conflict } from './claims.ts';
import { planPort, samePlan, sameServicePort, type PortPlan } from './plan.ts';
import { compareServicePorts, servicePortKey, toServicePorts, type ServicePort } from './service-port.ts';
import { mergeEndpoints, sameList, sameSlice, toSliceState, type SliceState } from './slice.ts';
import { SortedPlans } from './sorted-plans.ts';
import type { NodeView } from './topology.ts';
import { isVisibleService, isVisibleSlice } from './visibility.ts';

export interface TrackerOptions {
  readonly family: Family;
  /** This node. Until its object has arrived, labels are empty (G6). */
  readonly node: NodeView;
  /** Handle the Services labelled for a proxy of this name; unset, those without the label. */
  readonly serviceProxyName?: string;
}

export interface Change {
  /** `namespace/name` of every Service with something to write, sorted. */
  readonly services: ReadonlySet<string>;
  readonly updated: readonly PortPlan[];
  readonly removed: readonly PortPlan[];
}

export interface NodeModel {
  readonly family: Family;
  readonly node: NodeView;
  /** In emission order (G21). */
  readonly ports: readonly PortPlan[];
  readonly conflicts: readonly Conflict[];
}

export interface ObjectKey {
  readonly namespace: string;
  readonly name: string;
}

export class ProxyTracker {
  readonly #family: Family;
  readonly #proxyName: string | undefined;
  #node: NodeView;
  readonly #services = new Map<string, ServicePort[]>();
  readonly #slices = new Map<string, Map<string, SliceState>>();
  /** Slice name → Service, to find a slice whose label moved. */
  readonly #serviceOfSlice = new Map<string, string>();
  readonly #claims = new Claims();
  readonly #dirty = new Set<string>();
  readonly #plans = new SortedPlans();

  constructor(options: TrackerOptions) {
    this.#family = options.family;
    this.#node = options.node;
    this.#proxyName = options.serviceProxyName;
  }

  /** Adds or replaces; true when a sync is needed (G26: as long as anything at all is pending). */
  applyService(service: Service): boolean {
    const ports = isVisibleService(service, this.#proxyName) ? toServicePorts(service, this.#family) : [];
    return this.#replaceService(keyOf(service.metadata), ports);
  }

  removeService(key: ObjectKey): boolean {
    return this.#replaceService(keyOf(key), []);
  }

  /** Adds or replaces; true when this slice changed anything (G26). A hidden slice counts as removed (G1). */
  applySlice(slice: EndpointSlice): boolean {
    const state = isVisibleSlice(slice) ? toSliceState(slice, this.#family) : undefined;
    return this.#replaceSlice(keyOf(slice.metadata), state);
  }

  removeSlice(key: ObjectKey): boolean {
    return this.#replaceSlice(keyOf(key), undefined);
  }

  /** New labels may move every choice (T36). */
  setNode(node: NodeView): boolean {
    if (sameNode(this.#node, node)) return false;
    this.#node = node;
    for (const key of this.#services.keys()) this.#dirty.add(key);
    return true;
  }

  get hasPending(): boolean {
    return this.#dirty.size > 0;
  }

  /** Makes pending changes current and tells what they came to; what went there and back is not in it. */
  checkout(): Change {
    const updated: PortPlan[] = [];
    const removed: PortPlan[] = [];
    for (const key of [...this.#dirty].sort()) {
      const before = this.#plans.of(key);
      const after = this.#planService(key);
      this.#plans.set(key, after);
      updated.push(...after.filter((plan) => !before.includes(plan)));
      const kept = new Set(after.map(({ service }) => servicePortKey(service)));
      removed.push(...before.filter(({ service }) => !kept.has(servicePortKey(service))));
    }
    this.#dirty.clear();
    const services = new Set([...updated, ...removed].map(({ service }) => keyOf(service)));
    return { services, updated, removed };
  }

  /** Everything as of the last checkout. Plans that did not change are the same objects as before. */
  model(): NodeModel {
    return {
      family: this.#family,
      node: this.#node,
      ports: this.#plans.all(),
      conflicts: this.#claims.conflicts(),
    };
  }

  #replaceService(key: string, ports: ServicePort[]): boolean {
    const before = this.#services.get(key) ?? [];
    if (sameList(before, ports, sameServicePort)) return this.hasPending;
    for (const rival of this.#claims.replace(before, ports)) this.#dirty.add(rival);
    if (ports.length > 0) this.#services.set(key, ports);
    else this.#services.delete(key);
    this.#dirty.add(key);
    return true;
  }

  #replaceSlice(key: string, state: SliceState | undefined): boolean {
    const oldService = this.#serviceOfSlice.get(key);
    const before = oldService === undefined ? undefined : this.#slices.get(oldService)?.get(key);
    if (before === state || (before !== undefined && state !== undefined && sameSlice(before, state))) return false;
    if (oldService !== undefined) this.#forgetSlice(key, oldService);
    if (state !== undefined) {
      this.#serviceOfSlice.set(key, state.service);
      const siblings = this.#slices.get(state.service) ?? new Map<string, SliceState>();
      this.#slices.set(state.service, siblings.set(key, state));
      this.#dirty.add(state.service);
    }
    return true;
  }

  #forgetSlice(key: string, service: string): void {
    const siblings = this.#slices.get(service);
    siblings?.delete(key);
    if (siblings?.size === 0) this.#slices.delete(service);
    this.#serviceOfSlice.delete(key);
    this.#dirty.add(service);
  }

  #planService(key: string): PortPlan[] {
    const slices = [...(this.#slices.get(key)?.values() ?? [])];
    const before = new Map(this.#plans.of(key).map((plan) => [servicePortKey(plan.service), plan]));
    const ports = [...(this.#services.get(key) ?? [])].sort(compareServicePorts);
    return ports.map((port) => {
      const endpoints = mergeEndpoints(slices, port, this.#node.name);
      const next = planPort(port, endpoints, this.#node, this.#claims.lostBy(port));
      const known = before.get(servicePortKey(port));
      return known !== undefined && samePlan(known, next) ? known : next;
    });
  }
}

function keyOf({ namespace = '', name = '' }: { namespace?: string; name?: string }): string {
  return `${namespace}/${name}`;
}

function sameNode(a: NodeView, b: NodeView): boolean {
  const keys = Object.keys(a.labels);
  return (
    a.name === b.name &&
    keys.length === Object.keys(b.labels).length &&
    keys.every((key) => Object.hasOwn(b.labels, key) && a.labels[key] === b.labels[key])
  );
}

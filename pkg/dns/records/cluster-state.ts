/**
 * The objects DNS knows, in the form lookups need, kept up to date change by change. Knows nothing of zones, only of
 * labels. A change costs time in proportion to the changed object; only hiding or showing a namespace and turning a
 * Service into an ExternalName or back touch all that belongs to them.
 */
import type { Change } from './change.ts';
import type { ZoneConfig } from './options.ts';
import { PodIndex } from './pod-index.ts';
import { ReverseIndex } from './reverse-index.ts';
import { sameService, sameSlice, sameTexts } from './same-view.ts';
import { ServiceEntry } from './service-entry.ts';
import type { EndpointView, ServiceView, SliceView } from './views.ts';
import { isExposed, viewPod, viewService, viewSlice } from './views.ts';

interface NamespaceEntry {
  exists: boolean;
  readonly services: Map<string, ServiceEntry>;
}

export class ClusterState {
  /** ClusterIPs of visible Services. */
  readonly clusterAddresses = new ReverseIndex<ServiceEntry>();
  /** Ready endpoints of visible Services. */
  readonly endpointAddresses = new ReverseIndex<EndpointView>();
  /** Those of them that have a PTR (P2). */
  readonly pointerEndpoints: ReverseIndex<EndpointView>;
  readonly pods = new PodIndex();
  readonly #config: ZoneConfig;
  readonly #namespaces = new Map<string, NamespaceEntry>();
  /** By `namespace/name` of the slice: the Service it belongs to. */
  readonly #sliceServices = new Map<string, string>();

  constructor(config: ZoneConfig) {
    this.#config = config;
    this.pointerEndpoints = config.hostnamesOnlyPtr ? new ReverseIndex() : this.endpointAddresses;
  }

  /** True when an answer can differ afterwards (N21). */
  apply(change: Change): boolean {
    const config = this.#config;
    if (change.kind === 'Namespace') {
      return this.#putNamespace(change.name, change.object !== undefined && isExposed(change.object, config));
    }
    if (config.namespaces?.has(change.namespace) === false) return false; // N6
    const { kind, namespace, name, object } = change;
    if (kind === 'Service') return this.#putService(namespace, name, object && viewService(object, config));
    if (kind === 'Pod') {
      const changed = this.pods.put(namespace, name, object && viewPod(object, config));
      return changed && this.hasNamespace(namespace);
    }
    return this.#putSlice(namespace, name, object && viewSlice(object, config));
  }

  /** N4: the Namespace object exists and is exposed. */
  hasNamespace(namespace: string): boolean {
    return this.#namespaces.get(namespace)?.exists === true;
  }

  /** The Service if its name exists: H8 and N10 make Services without endpoints disappear. */
  service(namespace: string, name: string): ServiceEntry | undefined {
    const home = this.#namespaces.get(namespace);
    const entry = home?.exists === true ? home.services.get(name) : undefined;
    return entry !== undefined && this.#isAlive(entry) ? entry : undefined;
  }

  /** How many objects contribute to the zones. */
  get counts(): { readonly namespaces: number; readonly services: number; readonly endpointslices: number } {
    let [namespaces, services] = [0, 0];
    for (const home of this.#namespaces.values()) {
      if (home.exists) namespaces += 1;
      for (const { view } of home.services.values()) if (view !== undefined) services += 1;
    }
    return { namespaces, services, endpointslices: this.#sliceServices.size };
  }

  /** All Services whose names exist, ordered by namespace and name (S31). */
  *services(): Generator<ServiceEntry> {
    for (const [namespace, home] of [...this.#namespaces].sort(([a], [b]) => (a < b ? -1 : 1))) {
      for (const name of [...home.services.keys()].sort()) {
        const entry = this.service(namespace, name);
        if (entry !== undefined) yield entry;
      }
    }
  }

  /** The Service of a published endpoint. */
  ownerOf({ slice }: EndpointView): ServiceEntry | undefined {
    return this.service(slice.namespace, slice.service);
  }

  #isAlive(entry: ServiceEntry): boolean {
    const kind = entry.view?.kind;
    if (kind === 'cluster') return !this.#config.ignoreEmptyService || entry.hosts.size > 0; // N10
    return kind === 'headless' ? entry.hosts.size > 0 : kind === 'external'; // H8
  }

  #putNamespace(name: string, exists: boolean): boolean {
    const home = this.#home(name);
    if (home.exists === exists) {
      this.#dropIfEmpty(name, home);
      return false;
    }
    home.exists = exists;
    for (const entry of home.services.values()) {
      if (hasEndpoints(entry.view)) this.#publishEndpoints(entry, exists);
      this.#publishClusterAddresses(entry);
    }
    this.#dropIfEmpty(name, home);
    return true;
  }

  #putService(namespace: string, name: string, view: ServiceView | undefined): boolean {
    const home = this.#home(namespace);
    const entry = this.#entry(home, namespace, name);
    const changed = !sameService(entry.view, view);
    const before = hasEndpoints(entry.view);
    entry.view = view;
    if (changed) {
      const after = hasEndpoints(view);
      if (home.exists && before !== after) this.#publishEndpoints(entry, after);
      this.#publishClusterAddresses(entry);
    }
    this.#dropIfEmpty(namespace, home, entry);
    return changed && home.exists;
  }

  #putSlice(namespace: string, name: string, slice: SliceView | undefined): boolean {
    const key = `${namespace}/${name}`;
    const before = this.#sliceServices.get(key);
    if (slice === undefined) this.#sliceServices.delete(key);
    else this.#sliceServices.set(key, slice.service);
    let changed = false;
    if (before !== undefined && before !== slice?.service) {
      changed = this.#putServiceSlice(namespace, before, name, undefined);
    }
    if (slice !== undefined) changed = this.#putServiceSlice(namespace, slice.service, name, slice) || changed;
    return changed;
  }

  #putServiceSlice(namespace: string, service: string, name: string, slice: SliceView | undefined): boolean {
    const home = this.#home(namespace);
    const entry = this.#entry(home, namespace, service);
    const visible = home.exists && hasEndpoints(entry.view);
    const changed = !sameSlice(entry.slices.get(name), slice);
    if (changed) {
      const before = entry.putSlice(name, slice);
      if (visible) {
        for (const endpoint of before?.endpoints ?? []) this.#publishEndpoint(endpoint, false);
        for (const endpoint of slice?.endpoints ?? []) this.#publishEndpoint(endpoint, true);
        this.#publishClusterAddresses(entry);
      }
    }
    this.#dropIfEmpty(namespace, home, entry);
    return changed && visible;
  }

  /** Shows or hides all endpoints of a Service in the reverse direction (H12, N6). */
  #publishEndpoints(entry: ServiceEntry, visible: boolean): void {
    for (const slice of entry.slices.values()) {
      for (const endpoint of slice.endpoints) this.#publishEndpoint(endpoint, visible);
    }
  }

  #publishEndpoint(endpoint: EndpointView, visible: boolean): void {
    const { address, named } = endpoint;
    if (visible) this.endpointAddresses.add(address, endpoint);
    else this.endpointAddresses.delete(address, endpoint);
    if (!this.#config.hostnamesOnlyPtr || !named) return;
    if (visible) this.pointerEndpoints.add(address, endpoint);
    else this.pointerEndpoints.delete(address, endpoint);
  }

  #publishClusterAddresses(entry: ServiceEntry): void {
    const { view, reverseAddresses } = entry;
    const visible = view?.kind === 'cluster' && this.hasNamespace(entry.namespace) && this.#isAlive(entry);
    const addresses = visible ? view.addresses : [];
    if (sameTexts(addresses, reverseAddresses)) return;
    for (const address of reverseAddresses) this.clusterAddresses.delete(address, entry);
    for (const address of addresses) this.clusterAddresses.add(address, entry);
    entry.reverseAddresses = addresses;
  }

  #home(namespace: string): NamespaceEntry {
    let home = this.#namespaces.get(namespace);
    if (home === undefined) {
      home = { exists: false, services: new Map() };
      this.#namespaces.set(namespace, home);
    }
    return home;
  }

  #entry(home: NamespaceEntry, namespace: string, name: string): ServiceEntry {
    let entry = home.services.get(name);
    if (entry === undefined) {
      entry = new ServiceEntry(namespace, name);
      home.services.set(name, entry);
    }
    return entry;
  }

  #dropIfEmpty(namespace: string, home: NamespaceEntry, entry?: ServiceEntry): void {
    if (entry?.isEmpty === true) home.services.delete(entry.name);
    if (!home.exists && home.services.size === 0) this.#namespaces.delete(namespace);
  }
}

/** Whether endpoints of the Service have names: ExternalName ignores them (C1). */
function hasEndpoints(view: ServiceView | undefined): boolean {
  return view?.kind === 'cluster' || view?.kind === 'headless';
}

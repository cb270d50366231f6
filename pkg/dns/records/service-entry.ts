import { SlimMultimap } from '../../collections/slim-multimap.ts';
import type { Octets } from '../wire/index.ts';
import { lowerAscii } from '../wire/index.ts';
import { isIPv4 } from './address.ts';
import type { EndpointView, PortView, ServiceView, SliceView } from './views.ts';

/** Everything below one Service name. Lives from the first of Service and slices to the last of them. */
export class ServiceEntry {
  readonly namespace: string;
  readonly name: string;
  readonly slices = new Map<string, SliceView>();
  /** Lower-case host to the endpoints that bear it (H3 to H5). */
  readonly hosts = new SlimMultimap<string, EndpointView>();
  /** ClusterIPs that have a PTR to this Service now. Kept by ClusterState. */
  reverseAddresses: readonly Octets[] = [];
  #view: ServiceView | undefined;
  #derived: Derived | undefined;

  constructor(namespace: string, name: string) {
    this.namespace = namespace;
    this.name = name;
  }

  get view(): ServiceView | undefined {
    return this.#view;
  }

  set view(view: ServiceView | undefined) {
    this.#view = view;
    this.#derived = undefined;
  }

  get isEmpty(): boolean {
    return this.#view === undefined && this.slices.size === 0;
  }

  /** Undefined removes. Returns what stood there before. */
  putSlice(name: string, slice: SliceView | undefined): SliceView | undefined {
    const before = this.slices.get(name);
    for (const endpoint of before?.endpoints ?? []) this.hosts.delete(lowerAscii(endpoint.host), endpoint);
    if (slice === undefined) this.slices.delete(name);
    else this.slices.set(name, slice);
    for (const endpoint of slice?.endpoints ?? []) this.hosts.add(lowerAscii(endpoint.host), endpoint);
    if (this.#view?.kind === 'headless') this.#derived = undefined;
    return before;
  }

  /** H2 and N9: what the Service name itself resolves to. */
  addresses(ipv4: boolean): readonly Octets[] {
    const derived = this.#derive();
    return ipv4 ? derived.ipv4 : derived.ipv6;
  }

  /** Whether `_tcp` or `_http._tcp` exists below the Service (N5, R1, R2). */
  hasPort(label: string | undefined, protocol: string): boolean {
    const ports = this.#derive().ports;
    return ports.some(
      (port) => port.protocol === protocol && port.label !== undefined && (label ?? port.label) === port.label,
    );
  }

  /** Ports of the Service, or of headless slices that have an endpoint; several may bear one name (R2). */
  get ports(): readonly PortView[] {
    return this.#derive().ports;
  }

  #derive(): Derived {
    this.#derived ??= this.#view?.kind === 'cluster' ? split(this.#view.addresses, this.#view.ports) : this.#gather();
    return this.#derived;
  }

  /** Built at the first question after a change, so a change costs no more than its slice. */
  #gather(): Derived {
    const addresses = new Set<Octets>();
    const ports: PortView[] = [];
    for (const slice of this.slices.values()) {
      for (const { address } of slice.endpoints) addresses.add(address);
      if (slice.endpoints.length > 0) ports.push(...slice.ports);
    }
    return split([...addresses], ports);
  }
}

interface Derived {
  readonly ipv4: readonly Octets[];
  readonly ipv6: readonly Octets[];
  readonly ports: readonly PortView[];
}

function split(addresses: readonly Octets[], ports: readonly PortView[]): Derived {
  return {
    ipv4: addresses.filter(isIPv4),
    ipv6: addresses.filter((address) => !isIPv4(address)),
    ports,
  };
}

/** What the proxy keeps of an EndpointSlice: enough to route by, small enough to compare on every event (G27). */
import type { Endpoint as WireEndpoint, EndpointSlice } from '../../api/types.ts';
import { joinHostPort, parseAddress, type Family } from './address.ts';
import { compareText, type Protocol } from './service-port.ts';

const serviceNameLabel = 'kubernetes.io/service-name';

/** One address behind a Service, with the flags that choose between addresses (G17). */
export interface EndpointState {
  readonly ip: string;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly nodeName: string;
  readonly zone: string;
  readonly forZones: readonly string[];
  readonly forNodes: readonly string[];
  /** Labels other than host name and zone, from `deprecatedTopology` (T34). */
  readonly topology: Readonly<Record<string, string>>;
}

/** An EndpointState at one target port. */
export interface Endpoint extends EndpointState {
  readonly port: number;
  /** `IP:port` or `[IP6]:port`: identity and sort key (G20). */
  readonly text: string;
  readonly local: boolean;
}

interface SlicePort {
  readonly name: string;
  readonly protocol: Protocol;
  readonly port: number;
}

export interface SliceState {
  readonly name: string;
  /** `namespace/name` of the Service it belongs to. */
  readonly service: string;
  readonly ports: readonly SlicePort[];
  readonly endpoints: readonly EndpointState[];
}

/** Undefined when the slice is not for this family (G4) or belongs to no Service. */
export function toSliceState(slice: EndpointSlice, family: Family): SliceState | undefined {
  const labels = slice.metadata.labels ?? {};
  const service = Object.hasOwn(labels, serviceNameLabel) ? labels[serviceNameLabel] : undefined;
  if (slice.addressType !== family || service === undefined || service === '') return undefined;
  return {
    name: slice.metadata.name ?? '',
    service: `${slice.metadata.namespace ?? ''}/${service}`,
    ports: (slice.ports ?? []).flatMap(toSlicePort),
    endpoints: (slice.endpoints ?? []).flatMap((endpoint) => toEndpointState(endpoint, family)),
  };
}

/**
 * All endpoints of one service port over all slices of its Service (G18, G19), sorted by text (G20). Of two with the
 * same text a local one wins, then a ready, then a serving one, then the one of the slice that sorts first.
 */
export function mergeEndpoints(
  slices: readonly SliceState[],
  port: { readonly portName: string; readonly protocol: Protocol },
  nodeName: string,
): Endpoint[] {
  const best = new Map<string, Endpoint>();
  for (const slice of [...slices].sort((a, b) => compareText(a.name, b.name))) {
    for (const target of slice.ports) {
      if (target.name !== port.portName || target.protocol !== port.protocol) continue;
      for (const state of slice.endpoints) {
        const endpoint = toEndpoint(state, target.port, nodeName);
        const known = best.get(endpoint.text);
        if (known === undefined || rank(endpoint) > rank(known)) best.set(endpoint.text, endpoint);
      }
    }
  }
  return [...best.values()].sort((a, b) => compareText(a.text, b.text));
}

export function sameSlice(a: SliceState, b: SliceState): boolean {
  return (
    a.service === b.service &&
    sameList(a.ports, b.ports, (x, y) => x.name === y.name && x.protocol === y.protocol && x.port === y.port) &&
    sameList(a.endpoints, b.endpoints, sameEndpointState)
  );
}

export function sameEndpointState(a: EndpointState, b: EndpointState): boolean {
  return (
    a.ip === b.ip &&
    a.ready === b.ready &&
    a.serving === b.serving &&
    a.terminating === b.terminating &&
    a.nodeName === b.nodeName &&
    a.zone === b.zone &&
    sameList(a.forZones, b.forZones) &&
    sameList(a.forNodes, b.forNodes) &&
    sameTopology(a.topology, b.topology)
  );
}

export function sameList<T>(a: readonly T[], b: readonly T[], same: (x: T, y: T) => boolean = Object.is): boolean {
  return a.length === b.length && a.every((item, index) => same(item, b[index] as T));
}

function sameTopology(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  if (a === b) return true;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key]);
}

const noTopology: Readonly<Record<string, string>> = {};

/** G17: only the first address counts; nil conditions mean ready, serving, not terminating. */
function toEndpointState(wire: WireEndpoint, family: Family): EndpointState[] {
  const address = parseAddress(wire.addresses[0] ?? '');
  if (address?.family !== family) return [];
  const { ready, serving, terminating } = wire.conditions ?? {};
  return [
    {
      ip: address.text,
      ready: ready ?? true,
      serving: serving ?? true,
      terminating: terminating ?? false,
      nodeName: wire.nodeName ?? '',
      zone: wire.zone ?? '',
      forZones: (wire.hints?.forZones ?? []).map(({ name }) => name),
      forNodes: (wire.hints?.forNodes ?? []).map(({ name }) => name),
      topology: wire.deprecatedTopology ?? noTopology,
    },
  ];
}

/** G18. The API server defaults a missing name to "", which is the unnamed port; absent altogether it is ignored. */
function toSlicePort(wire: { name?: string; protocol?: string; port?: number }): SlicePort[] {
  const { name, protocol = 'TCP', port } = wire;
  return name === undefined || port === undefined || port === 0 ? [] : [{ name, protocol: protocol as Protocol, port }];
}

function toEndpoint(state: EndpointState, port: number, nodeName: string): Endpoint {
  const local = nodeName !== '' && state.nodeName === nodeName;
  return { ...state, port, text: joinHostPort(state.ip, port), local };
}

const rank = ({ local, ready, serving }: Endpoint): number => (local ? 4 : 0) + (ready ? 2 : 0) + (serving ? 1 : 0);

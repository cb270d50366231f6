/** What controllers left in a namespace, told so that two clusters can be compared. */
import type { Uids } from './send.ts';

type Entries = Readonly<Record<string, string>>;

interface Metadata {
  readonly namespace: string;
  readonly name: string;
  readonly generateName?: string;
  readonly uid: string;
  readonly labels?: Entries;
  readonly annotations?: Entries;
  readonly ownerReferences?: readonly { readonly uid: string }[];
  readonly deletionTimestamp?: string;
}

interface SliceEndpoint {
  readonly addresses: readonly string[];
  readonly conditions?: object;
  readonly hints?: object;
  readonly targetRef?: { readonly name?: string; readonly uid?: string };
}

export interface Slice {
  readonly metadata: Metadata;
  readonly addressType: string;
  readonly endpoints?: readonly SliceEndpoint[] | null;
  readonly ports?: readonly object[] | null;
}

export interface EndpointsObject {
  readonly kind: 'Endpoints';
  readonly metadata: Metadata;
  readonly subsets?: readonly {
    readonly addresses?: readonly { readonly targetRef?: { readonly uid?: string } }[];
    readonly notReadyAddresses?: readonly { readonly targetRef?: { readonly uid?: string } }[];
    readonly ports?: readonly object[];
  }[];
}

export interface SliceState {
  /** Of the Service, address type and ports. */
  readonly group: string;
  /** Of the name. */
  readonly prefix: string;
  /** Gone once a slice was written under its name. */
  readonly generateName: string;
  readonly labels: string;
  readonly annotations: string;
  readonly owners: string;
  /** Sorted, without hints. */
  readonly endpoints: readonly string[];
  /** Of the same endpoints. */
  readonly hints: readonly string[];
}

export interface NamespaceState {
  /** Texts by `NAME part`. */
  readonly endpoints: Readonly<Record<string, string>>;
  readonly slices: readonly SliceState[];
}

const trigger = 'endpoints.kubernetes.io/last-change-trigger-time';

/** Fields of an object in one order, so that texts can be compared. */
const text = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

/** Stories have times of their own; any other is when a Service was created, which differs from cluster to cluster. */
function annotationsOf({ annotations = {} }: Metadata): string {
  const time = annotations[trigger];
  if (time === undefined || time >= '2031') return text(annotations);
  return text({ ...annotations, [trigger]: 'creation of the Service' });
}

const reference = (uids: Uids, target: { readonly uid?: string } | undefined): object =>
  target === undefined ? {} : { targetRef: { ...target, uid: uids.nameOf(target.uid) } };

function subsetText(
  uids: Uids,
  { addresses, notReadyAddresses, ports }: NonNullable<EndpointsObject['subsets']>[number],
): string {
  const named = (list: typeof addresses): string[] =>
    (list ?? []).map((address) => text({ ...address, ...reference(uids, address.targetRef) })).sort();
  return text({ ready: named(addresses), notReady: named(notReadyAddresses), ports: (ports ?? []).map(text).sort() });
}

export function endpointsState(uids: Uids, object: EndpointsObject): [string, string][] {
  const { metadata, subsets = [] } = object;
  return [
    [`${metadata.name} subsets`, text(subsets.map((subset) => subsetText(uids, subset)).sort())],
    [`${metadata.name} labels`, text(metadata.labels ?? {})],
    [`${metadata.name} annotations`, annotationsOf(metadata)],
  ];
}

export function sliceState(uids: Uids, slice: Slice): SliceState {
  const { metadata, addressType, endpoints, ports } = slice;
  const told = (endpoints ?? []).map((endpoint) => {
    const { hints, targetRef, ...rest } = endpoint;
    return { endpoint: text({ ...rest, ...reference(uids, targetRef) }), hints: text(hints ?? null) };
  });
  told.sort((a, b) => (a.endpoint < b.endpoint ? -1 : 1));
  const service = metadata.labels?.['kubernetes.io/service-name'] ?? 'none';
  const manager = metadata.labels?.['endpointslice.kubernetes.io/managed-by'] ?? 'nobody';
  return {
    group: `${service} ${manager} ${addressType} ${(ports ?? []).map(text).sort().join()}`,
    prefix: metadata.name.startsWith('user-') ? metadata.name : metadata.name.slice(0, -5),
    generateName: metadata.generateName ?? '',
    labels: text(metadata.labels ?? {}),
    annotations: annotationsOf(metadata),
    owners: text((metadata.ownerReferences ?? []).map((owner) => ({ ...owner, uid: uids.nameOf(owner.uid) }))),
    endpoints: told.map(({ endpoint }) => endpoint),
    hints: told.map(({ hints }) => hints),
  };
}

/** By what they hold, as names are random. */
export function sliceOrder(a: Slice, b: Slice): number {
  const key = ({ metadata, addressType, ports, endpoints }: Slice): string =>
    text([
      addressType,
      metadata.labels ?? {},
      ports ?? [],
      (endpoints ?? []).flatMap(({ addresses }) => addresses).sort(),
    ]);
  return key(a) < key(b) ? -1 : 1;
}

/** Of every namespace that is asked for. */
export function statesOf(
  uids: Uids,
  namespaces: readonly string[],
  endpoints: readonly EndpointsObject[],
  slices: readonly Slice[],
): Map<string, NamespaceState> {
  for (const { metadata } of endpoints) uids.learn({ kind: 'Endpoints', metadata });
  const endpointsBy = Map.groupBy(endpoints, ({ metadata }) => metadata.namespace);
  const slicesBy = Map.groupBy(slices, ({ metadata }) => metadata.namespace);
  return new Map(
    namespaces.map((namespace) => [
      namespace,
      {
        endpoints: Object.fromEntries((endpointsBy.get(namespace) ?? []).flatMap((one) => endpointsState(uids, one))),
        slices: (slicesBy.get(namespace) ?? []).map((one) => sliceState(uids, one)).sort(byText),
      },
    ]),
  );
}

const byText = (a: SliceState, b: SliceState): number => (text(a) < text(b) ? -1 : 1);

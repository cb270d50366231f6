/**
 * The canonical form of Endpoints subsets (E11, M6).
 *
 * 1. Take the subsets apart into single statements "this address offers this port, ready or not".
 * 2. An address is known by IP and pod uid; the first statement about it supplies its other fields. For one address
 *    and port, not ready wins.
 * 3. Ports offered by exactly the same addresses in the same state form one subset. Addresses without any port form a
 *    subset as well, or join the ports of a subset with the same addresses.
 * 4. Everything is put in one order (E12), so that equal content gives equal text.
 */
import type { EndpointAddress, EndpointSubset } from '../api/types.ts';

export type SubsetPort = NonNullable<EndpointSubset['ports']>[number];

/** One statement of step 1. */
export interface Offer {
  readonly address: EndpointAddress;
  readonly port: SubsetPort | undefined;
  readonly ready: boolean;
}

interface KnownAddress {
  readonly address: EndpointAddress;
  readonly key: string;
}

/** Sorts as E12 asks: the space is smaller than any character of an address. */
const addressKey = ({ ip, targetRef }: EndpointAddress): string => {
  const uid = targetRef?.uid ?? '';
  return uid === '' ? ip : `${ip} ${uid}`;
};

const portKey = ({ name, port, protocol, appProtocol }: SubsetPort): string =>
  // H24: the value of appProtocol counts, not the identity of the object that holds it.
  `${name ?? ''} ${port} ${protocol ?? ''} ${appProtocol ?? '-'}`;

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

export function explode(subsets: readonly EndpointSubset[] | null | undefined): Offer[] {
  return (subsets ?? []).flatMap(({ addresses, notReadyAddresses, ports }) => {
    const offered = ports === undefined || ports === null || ports.length === 0 ? [undefined] : ports;
    return offered.flatMap((port) => [
      ...(addresses ?? []).map((address) => ({ address, port, ready: true })),
      ...(notReadyAddresses ?? []).map((address) => ({ address, port, ready: false })),
    ]);
  });
}

export function repack(offers: Iterable<Offer>): EndpointSubset[] {
  const addresses = new Map<string, KnownAddress>();
  const byPort = new Map<string, { port: SubsetPort | undefined; states: Map<KnownAddress, boolean> }>();
  for (const { address, port, ready } of offers) {
    const key = addressKey(address);
    const known = addresses.get(key) ?? { address, key };
    addresses.set(key, known);
    const at = port === undefined ? '' : portKey(port);
    const entry = byPort.get(at) ?? { port, states: new Map<KnownAddress, boolean>() };
    byPort.set(at, entry);
    entry.states.set(known, ready && entry.states.get(known) !== false);
  }

  const order = new Map([...addresses.values()].sort((a, b) => compare(a.key, b.key)).map((known, at) => [known, at]));
  const bySet = new Map<string, { ports: SubsetPort[]; states: Map<KnownAddress, boolean> }>();
  for (const { port, states } of byPort.values()) {
    const signature = [...states].map(([known, ready]) => (order.get(known) ?? 0) * 2 + (ready ? 1 : 0));
    const key = signature.sort((a, b) => a - b).join();
    const entry = bySet.get(key) ?? { ports: [], states };
    bySet.set(key, entry);
    if (port !== undefined) entry.ports.push(port);
  }
  return inOrder([...bySet.values()].map(({ ports, states }) => toSubset(ports, states)));
}

function toSubset(ports: SubsetPort[], states: ReadonlyMap<KnownAddress, boolean>): EndpointSubset {
  const pick = (wanted: boolean): EndpointAddress[] =>
    [...states].filter(([, ready]) => ready === wanted).map(([{ address }]) => address);
  return { addresses: pick(true), notReadyAddresses: pick(false), ports };
}

/** Step 4 alone: sorts, and drops empty lists, without taking subsets apart. */
export function inOrder(subsets: readonly EndpointSubset[] | null | undefined): EndpointSubset[] {
  const byAddress = (a: EndpointAddress, b: EndpointAddress): number => compare(addressKey(a), addressKey(b));
  return (subsets ?? [])
    .map(({ addresses, notReadyAddresses, ports }) => ({
      ...withList('addresses', (addresses ?? []).toSorted(byAddress)),
      ...withList('notReadyAddresses', (notReadyAddresses ?? []).toSorted(byAddress)),
      ...withList(
        'ports',
        (ports ?? []).toSorted((a, b) => compare(portKey(a), portKey(b))),
      ),
    }))
    .map((subset) => ({ subset, key: subsetKey(subset) }))
    .sort((a, b) => compare(a.key, b.key))
    .map(({ subset }) => subset);
}

function withList<Name extends keyof EndpointSubset, Item>(name: Name, list: Item[]): { [N in Name]?: Item[] } {
  return list.length === 0 ? {} : ({ [name]: list } as { [N in Name]?: Item[] });
}

const subsetKey = ({ addresses, notReadyAddresses, ports }: EndpointSubset): string =>
  [(ports ?? []).map(portKey), (addresses ?? []).map(addressKey), (notReadyAddresses ?? []).map(addressKey)]
    .map((list) => list.join('\n'))
    .join('\n\n');

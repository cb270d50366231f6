/** Whether two lists of subsets, each in canonical order, publish the same (E20). */
import type { EndpointAddress, EndpointSubset } from '../../pkg/api/types.ts';
import { explode, inOrder, repack, sameReference } from '../../pkg/endpoints/index.ts';

/**
 * Compared as it stands, in our order, and, failing that, taken apart and packed anew: what another controller packed
 * or a hand wrote differently may still say the same, and a truncated object packs differently than it was written.
 */
export function publishesTheSame(existing: readonly EndpointSubset[] | undefined, desired: EndpointSubset[]): boolean {
  return same(inOrder(existing), desired) || same(repack(explode(existing)), desired);
}

function same(left: readonly EndpointSubset[], right: readonly EndpointSubset[]): boolean {
  return sameLists(left, right, (a, b) => {
    return (
      sameLists(a.ports, b.ports, samePort) &&
      sameLists(a.addresses, b.addresses, sameAddress) &&
      sameLists(a.notReadyAddresses, b.notReadyAddresses, sameAddress)
    );
  });
}

type Port = NonNullable<EndpointSubset['ports']>[number];

function samePort(a: Port, b: Port): boolean {
  return (
    (a.name ?? '') === (b.name ?? '') &&
    a.port === b.port &&
    a.protocol === b.protocol &&
    (a.appProtocol ?? undefined) === (b.appProtocol ?? undefined)
  );
}

/** Apart from the pod's resourceVersion, which says nothing about the address. */
function sameAddress(a: EndpointAddress, b: EndpointAddress): boolean {
  return (
    a.ip === b.ip &&
    (a.hostname ?? '') === (b.hostname ?? '') &&
    (a.nodeName ?? '') === (b.nodeName ?? '') &&
    sameReference(a.targetRef, b.targetRef)
  );
}

function sameLists<Item>(
  left: readonly Item[] | null | undefined,
  right: readonly Item[] | null | undefined,
  equal: (a: Item, b: Item) => boolean,
): boolean {
  const [a, b] = [left ?? [], right ?? []];
  return a.length === b.length && a.every((item, at) => equal(item, b[at] as Item));
}

import { Class, Flag, HEADER_OCTETS, OPT_OCTETS, Type } from './constants.ts';
import { ednsTtl } from './edns.ts';
import type { Name } from './name.ts';
import { putUint16, putUint32 } from './octets.ts';

export interface OutgoingQuery {
  readonly id: number;
  readonly name: Name;
  readonly type: number;
  readonly class?: number;
  readonly recursionDesired?: boolean;
  readonly checkingDisabled?: boolean;
  /** Adds an OPT record. */
  readonly edns?: { readonly udpPayloadOctets: number; readonly dnssecOk: boolean };
}

/** A message with one question: what goes upstream (S46). */
export function encodeQuery(query: OutgoingQuery): Uint8Array {
  const { id, name, type, edns } = query;
  const questionEnd = HEADER_OCTETS + name.length + 4;
  const octets = new Uint8Array(questionEnd + (edns === undefined ? 0 : OPT_OCTETS));
  putUint16(octets, 0, id);
  putUint16(
    octets,
    2,
    (query.recursionDesired === true ? Flag.RD : 0) | (query.checkingDisabled === true ? Flag.CD : 0),
  );
  putUint16(octets, 4, 1);
  for (let index = 0; index < name.length; index++) octets[HEADER_OCTETS + index] = name.charCodeAt(index);
  putUint16(octets, questionEnd - 4, type);
  putUint16(octets, questionEnd - 2, query.class ?? Class.IN);
  if (edns !== undefined) {
    putUint16(octets, 10, 1);
    putUint16(octets, questionEnd + 1, Type.OPT);
    putUint16(octets, questionEnd + 3, edns.udpPayloadOctets);
    putUint32(octets, questionEnd + 5, ednsTtl({ extendedRcode: 0, version: 0, dnssecOk: edns.dnssecOk }));
  }
  return octets;
}

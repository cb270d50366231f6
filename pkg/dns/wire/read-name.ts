import { HEADER_OCTETS, MAX_LABEL_OCTETS, MAX_NAME_OCTETS } from './constants.ts';
import type { Name } from './name.ts';
import { binaryString, octetAt, uint16At } from './octets.ts';

/**
 * Length in octets of the name at `offset` when it is plain (no compression pointer), or 0 when it is not a valid
 * plain name. The question of a query can hold no other kind: nothing lies before it that a pointer could reach.
 */
export function plainNameLength(octets: Uint8Array, offset: number): number {
  let at = offset;
  for (;;) {
    if (at >= octets.length) return 0;
    const length = octetAt(octets, at);
    at += 1;
    if (length === 0) return at - offset > MAX_NAME_OCTETS ? 0 : at - offset;
    if (length > MAX_LABEL_OCTETS) return 0;
    at += length;
  }
}

/** The plain name whose length `plainNameLength` has found. */
export function plainName(octets: Uint8Array, offset: number, length: number): Name {
  return binaryString(octets, offset, offset + length) as Name;
}

export interface ReadName {
  readonly name: Name;
  /** Offset of the octet behind the name where it was found. */
  readonly end: number;
}

/**
 * Reads a name that may be compressed; undefined when it is broken.
 *
 * 1. Copy labels until the root, counting octets against 255 (S5).
 * 2. At a pointer, remember where the name ends in place, and continue at its target. The target must lie before
 *    the run of labels that holds the pointer, and behind the header. Targets thus fall strictly, so no loop.
 * 3. At most 126 pointers, which also bounds the work for chains that carry no label.
 */
export function readName(octets: Uint8Array, offset: number): ReadName | undefined {
  let name = '';
  let end = -1;
  let runStart = offset;
  let at = offset;
  for (let pointers = 0; ;) {
    if (at >= octets.length) return undefined;
    const length = octetAt(octets, at);
    if (length === 0) {
      const whole = `${name}\0`;
      return whole.length > MAX_NAME_OCTETS ? undefined : { name: whole as Name, end: end < 0 ? at + 1 : end };
    }
    if (length <= MAX_LABEL_OCTETS) {
      const next = at + 1 + length;
      if (next > octets.length || name.length + length + 2 > MAX_NAME_OCTETS) return undefined;
      name += binaryString(octets, at, next);
      at = next;
      continue;
    }
    if (length < 0xc0 || at + 2 > octets.length) return undefined;
    const target = uint16At(octets, at) & 0x3fff;
    pointers += 1;
    if (target >= runStart || target < HEADER_OCTETS || pointers > MAX_POINTERS) return undefined;
    if (end < 0) end = at + 2;
    runStart = target;
    at = target;
  }
}

const MAX_POINTERS = 126;

/** Offset behind a possibly compressed name, without following it; -1 when it is cut short or of a bad kind. */
export function skipName(octets: Uint8Array, offset: number): number {
  let at = offset;
  while (at < octets.length) {
    const length = octetAt(octets, at);
    if (length === 0) return at + 1;
    if (length >= 0xc0) return at + 2 > octets.length ? -1 : at + 2;
    if (length > MAX_LABEL_OCTETS) return -1;
    at += 1 + length;
  }
  return -1;
}

import { octetAt, uint16At } from './octets.ts';

/** What an OPT record says (RFC 6891). */
export interface Edns {
  /** Largest UDP payload its sender takes; not yet raised to 512. */
  readonly udpPayloadOctets: number;
  /** Upper eight bits of the response code. */
  readonly extendedRcode: number;
  readonly version: number;
  readonly dnssecOk: boolean;
}

const DNSSEC_OK = 0x8000;

/**
 * Reads the fixed part of an OPT record that starts at `at`, just behind its owner name, and checks that its options
 * fill the data exactly; undefined when they do not (S5). The caller has checked that the record lies in the message.
 */
export function readEdns(octets: Uint8Array, at: number): Edns | undefined {
  const dataStart = at + 10;
  const dataEnd = dataStart + uint16At(octets, at + 8);
  for (let option = dataStart; option < dataEnd;) {
    if (option + 4 > dataEnd) return undefined;
    option += 4 + uint16At(octets, option + 2);
    if (option > dataEnd) return undefined;
  }
  return {
    udpPayloadOctets: uint16At(octets, at + 2),
    extendedRcode: octetAt(octets, at + 4),
    version: octetAt(octets, at + 5),
    dnssecOk: (uint16At(octets, at + 6) & DNSSEC_OK) !== 0,
  };
}

/** The TTL field of an OPT record. */
export function ednsTtl(edns: Pick<Edns, 'extendedRcode' | 'version' | 'dnssecOk'>): number {
  return edns.extendedRcode * 0x100_0000 + edns.version * 0x1_0000 + (edns.dnssecOk ? DNSSEC_OK : 0);
}

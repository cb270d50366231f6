/** The part of the oracle that tests use; the package ships no types. */
declare module 'dns-packet' {
  export interface Packet {
    id?: number;
    type?: 'query' | 'response';
    flags?: number;
    rcode?: string;
    questions?: { name: string; type: string; class?: string }[];
    answers?: PacketRecord[];
    authorities?: PacketRecord[];
    additionals?: PacketRecord[];
  }
  export interface PacketRecord {
    name: string;
    type: string;
    ttl?: number;
    class?: string;
    data?: unknown;
    udpPayloadSize?: number;
    ednsVersion?: number;
    extendedRcode?: number;
    flag_do?: boolean;
    flags?: number;
    options?: unknown[];
  }
  export function encode(packet: Packet): Uint8Array;
  export function decode(octets: Uint8Array): Packet;
  export const AUTHORITATIVE_ANSWER: number;
  export const RECURSION_DESIRED: number;
}

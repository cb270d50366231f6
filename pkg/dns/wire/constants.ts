/** Record types this code treats specially; any other number travels as it is (S17). */
export const Type = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  HINFO: 13,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  OPT: 41,
  IXFR: 251,
  AXFR: 252,
  ANY: 255,
} as const;

/** Response codes. BADVERS needs the upper bits that live in the OPT record. */
export const Rcode = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  NOTAUTH: 9,
  BADVERS: 16,
} as const;

export const Class = { IN: 1, CH: 3, ANY: 255 } as const;

/** Bits of the second 16-bit word of the header. */
export const Flag = {
  QR: 0x8000,
  OPCODE: 0x7800,
  AA: 0x0400,
  TC: 0x0200,
  RD: 0x0100,
  RA: 0x0080,
  AD: 0x0020,
  CD: 0x0010,
  RCODE: 0x000f,
} as const;

export const HEADER_OCTETS = 12;
export const MAX_NAME_OCTETS = 255;
export const MAX_LABEL_OCTETS = 63;
export const MAX_MESSAGE_OCTETS = 65_535;
/** An OPT record without options. */
export const OPT_OCTETS = 11;
/** Smallest payload a client without EDNS must accept, and the floor for one with it (S19). */
export const CLASSIC_UDP_OCTETS = 512;
/** What fits a datagram on practically every path without fragmentation (S19). */
export const SAFE_UDP_OCTETS = 1232;

export * from './constants.ts';
export type { Message } from './decode.ts';
export { decodeMessage } from './decode.ts';
export type { Edns } from './edns.ts';
export type { OutgoingQuery } from './encode-query.ts';
export { encodeQuery } from './encode-query.ts';
export type { Name } from './name.ts';
export {
  labelCount,
  labelsBefore,
  labelsOf,
  lowerAscii,
  lowerName,
  nameOf,
  nameText,
  parentOf,
  parseName,
  ROOT,
  suffixAt,
  zoneOffset,
} from './name.ts';
export type { Accepted, Query, Refusal } from './query.ts';
export { acceptQuery } from './query.ts';
export type { ReplyHead } from './reply-parts.ts';
export type { ReplyLimits } from './reply.ts';
export { ReplyWriter, udpLimit } from './reply.ts';
export type { Mx, Octets, RRset, Sections, Soa, Srv } from './rrset.ts';
export { NO_RECORDS } from './rrset.ts';
export { transferMessages } from './transfer.ts';

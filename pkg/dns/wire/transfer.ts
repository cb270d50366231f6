import { MAX_MESSAGE_OCTETS } from './constants.ts';
import { MessageWriter } from './message-writer.ts';
import type { Query } from './query.ts';
import type { ReplyHead } from './reply-parts.ts';
import { ANSWER_COUNT, COPIED_FLAGS, writeHead, writeOpt } from './reply-parts.ts';
import type { RRset } from './rrset.ts';

/** Room for records in one message of a transfer (S31). */
const RECORD_OCTETS = 63_000;

/** A zone transfer: as many messages as the records need, each with head and question, in the order given. */
export function transferMessages(
  query: Query,
  head: ReplyHead,
  sets: Iterable<RRset>,
  udpPayloadOctets: number,
): Uint8Array[] {
  const messages: Uint8Array[] = [];
  const scratch = new Uint8Array(MAX_MESSAGE_OCTETS);
  const writer = new MessageWriter();
  const begin = (): void => {
    writeHead(scratch, query, query.questionEnd, head, query.flags & COPIED_FLAGS);
    writer.begin(scratch, query.questionEnd, query.name);
  };
  const finish = (): void => {
    if (query.edns !== undefined) writeOpt(writer, query.edns.dnssecOk, head.rcode, udpPayloadOctets);
    messages.push(scratch.slice(0, writer.at));
  };
  begin();
  for (const set of sets) {
    for (let done = 0; done < set.data.length;) {
      const written = writer.writeRRset(set, query.class, RECORD_OCTETS, done);
      writer.addCount(ANSWER_COUNT, written);
      done += written;
      if (done === set.data.length) break;
      finish();
      begin();
    }
  }
  finish();
  return messages;
}

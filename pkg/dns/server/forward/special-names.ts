import type { Name, RRset } from '../../wire/index.ts';
import { labelCount, NO_RECORDS, parseName, Rcode, ROOT, Type, zoneOffset } from '../../wire/index.ts';
import type { OutsideAnswer, OutsideQuestion } from '../outside.ts';
import { bareAnswer } from '../outside.ts';

const LOCALHOST: Name = parseName('localhost') ?? ROOT;
const LOOPBACK = new Map<number, string>([
  [Type.A, '\x7f\0\0\x01'],
  [Type.AAAA, `${'\0'.repeat(15)}\x01`],
]);
const TTL_SECONDS = 3600;

export interface SpecialNameOptions {
  readonly noAAAA: boolean;
  readonly domainNeeded: boolean;
}

/** Answers that need no upstream: the machine itself (S50), and what the operator does not want asked (S54). */
export function answerSpecial(question: OutsideQuestion, options: SpecialNameOptions): OutsideAnswer | undefined {
  const { name, type } = question;
  if (zoneOffset(name, LOCALHOST) >= 0) return localAnswer(name, type);
  if (options.domainNeeded && labelCount(name) === 1) return bareAnswer(Rcode.NXDOMAIN, 'local');
  if (options.noAAAA && type === Type.AAAA) return bareAnswer(Rcode.NOERROR, 'local');
  return undefined;
}

function localAnswer(owner: Name, type: number): OutsideAnswer {
  const address = LOOPBACK.get(type);
  const bare = { ...bareAnswer(Rcode.NOERROR, 'local'), authoritative: true };
  if (address === undefined) return bare;
  const answer: RRset = { owner, type, ttl: TTL_SECONDS, kind: 'address', data: [address] };
  return { ...bare, sections: { ...NO_RECORDS, answer: [answer] } };
}

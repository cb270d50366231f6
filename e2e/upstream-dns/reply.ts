/** Replies as they are compared: what an answer says, not how it is laid out. */
import { recordTexts, type RecordText } from '../../pkg/dns/records/index.ts';
import { Flag, nameText, Type, type Message } from '../../pkg/dns/wire/index.ts';

export interface Reply {
  readonly rcode: number;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  /** Aliases in their order, then the rest, sorted: `owner TYPE ttl data`, all in lower case. */
  readonly answer: readonly string[];
  readonly authority: readonly string[];
  readonly additional: readonly string[];
}

/** Code of a reply that does not come. */
export const SILENCE = -1;

export function replyOf(message: Message | undefined): Reply {
  if (message === undefined) return silence;
  const { answer, authority, additional } = message.sections;
  const texts = answer.flatMap(recordTexts);
  const aliases = texts.filter(({ type }) => type === 'CNAME');
  return {
    rcode: message.rcode,
    authoritative: (message.flags & Flag.AA) !== 0,
    truncated: (message.flags & Flag.TC) !== 0,
    answer: [...aliases.map(line), ...sorted(texts.filter(({ type }) => type !== 'CNAME'))],
    authority: sorted(authority.flatMap(recordTexts)),
    additional: sorted(additional.flatMap(recordTexts)),
  };
}

const silence: Reply = {
  rcode: SILENCE,
  authoritative: false,
  truncated: false,
  answer: [],
  authority: [],
  additional: [],
};

/** No alias stands behind what it leads to (N17). */
export function aliasesLead({ sections }: Message): boolean {
  const types = sections.answer.map(({ kind, type }) => kind === 'name' && type === Type.CNAME);
  return types.lastIndexOf(true) < types.filter(Boolean).length;
}

/** The question stands in the reply, octet for octet (S14). */
export const echoes = (message: Message, name: string): boolean =>
  message.question !== undefined && nameText(message.question.name) === name;

const sorted = (texts: readonly RecordText[]): string[] => texts.map(line).sort();

/** Serials are moments of each server (K23); of weights only their being equal counts (R5). */
function line({ name, type, ttl, data }: RecordText): string {
  const words = data.split(' ');
  if (type === 'SOA') words[2] = 'serial';
  if (type === 'SRV') words[1] = 'w';
  // Ours remembers what upstream said, CoreDNS is run without its cache.
  const shownTtl = name.endsWith('example.com.') ? 'upstream' : ttl;
  return `${name} ${type} ${shownTtl} ${words.join(' ')}`.toLowerCase();
}

export const isNegative = ({ rcode, answer }: Reply): boolean => (rcode === 0 || rcode === 3) && answer.length === 0;

export const same = (one: Reply, other: Reply): boolean => JSON.stringify(one) === JSON.stringify(other);

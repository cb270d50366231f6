import type { Name, RRset, Sections } from '../../wire/index.ts';
import { lowerName, Rcode, Type } from '../../wire/index.ts';
import type { OutsideAnswer, OutsideQuestion } from '../outside.ts';

/** How an answer is kept: which store, and for how long at most. */
export interface Keeping {
  readonly kind: 'success' | 'denial';
  readonly seconds: number;
}

const MIN_SECONDS = 5;
const MAX_SUCCESS_SECONDS = 3600;
const MAX_DENIAL_SECONDS = 1800;
const FAILURE_SECONDS = 5;

/** S49: whether an answer may be kept, and for how long; undefined when it may not. */
export function keepingOf(question: OutsideQuestion, answer: OutsideAnswer, capSeconds: number): Keeping | undefined {
  if (answer.truncated || capSeconds === 0) return undefined;
  const { sections } = answer;
  if (answer.rcode === Rcode.SERVFAIL) return { kind: 'denial', seconds: Math.min(FAILURE_SECONDS, capSeconds) };
  if (answer.rcode !== Rcode.NOERROR && answer.rcode !== Rcode.NXDOMAIN) return undefined;
  if (answer.rcode === Rcode.NOERROR && endsInAnswer(question, sections.answer)) {
    return { kind: 'success', seconds: clamp(minimalTtl(sections), Math.min(MAX_SUCCESS_SECONDS, capSeconds)) };
  }
  const soa = sections.authority.find((set) => set.kind === 'soa');
  if (soa?.kind !== 'soa') return undefined;
  const seconds = Math.min(soa.ttl, ...soa.data.map(({ minimum }) => minimum));
  return { kind: 'denial', seconds: clamp(seconds, Math.min(MAX_DENIAL_SECONDS, capSeconds)) };
}

/** Follows aliases from the asked name; true when they end at records of the asked type. */
function endsInAnswer({ name, type }: OutsideQuestion, answer: readonly RRset[]): boolean {
  let owner: Name = name;
  for (let link = 0; link <= answer.length; link++) {
    const here = answer.filter((set) => lowerName(set.owner) === owner);
    if (here.some((set) => set.type === type || type === Type.ANY)) return true;
    const alias = here.find((set) => set.type === Type.CNAME);
    const target = alias?.kind === 'name' ? alias.data[0] : undefined;
    if (target === undefined) return false;
    owner = lowerName(target);
  }
  return false;
}

function minimalTtl({ answer, authority, additional }: Sections): number {
  return [...answer, ...authority, ...additional].reduce((least, { ttl }) => Math.min(least, ttl), Infinity);
}

function clamp(seconds: number, cap: number): number {
  return Math.min(Math.max(seconds, MIN_SECONDS), cap);
}

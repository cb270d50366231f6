/** Decides what a query is answered: by the zones, by a resolver, or by both in turn. */
import type { Lookup, ZoneIndex } from '../records/index.ts';
import type { Name, Query, RRset } from '../wire/index.ts';
import { Class, Flag, lowerName, NO_RECORDS, Rcode, Type } from '../wire/index.ts';
import type { Client } from './client.ts';
import { DROPPED, OUTSIDE } from './dns-metrics.ts';
import type { Draft } from './draft.ts';
import { failure } from './draft.ts';
import type { OutsideAnswer, OutsideResolver } from './outside.ts';
import type { SearchPath } from './search-path.ts';
import { spellLike } from './spelling.ts';

export interface AnswererOptions {
  readonly index: ZoneIndex;
  /** Undefined: names outside the zones are refused (N2). */
  readonly outside: OutsideResolver | undefined;
  /** Walked for clients whose name does not exist (S53). Undefined: clients walk theirs. */
  readonly searchPath: SearchPath | undefined;
  /** By lower-case name: texts for questions of class CH. Others are refused (S7). */
  readonly chaos: ReadonlyMap<string, string>;
}

export class Answerer {
  readonly #options: AnswererOptions;

  constructor(options: AnswererOptions) {
    this.#options = options;
  }

  /** At once where the zones or a cache know, later where somebody has to be asked. */
  answer(query: Query, client: Client): Draft | Promise<Draft> {
    if (query.class !== Class.IN) return this.#chaos(query); // S7
    const draft = this.#resolve(query.name, query.key, query, client);
    const { searchPath } = this.#options;
    if (searchPath === undefined || draft instanceof Promise || !isMiss(draft)) return draft;
    const candidates = searchPath.candidates(query, client);
    return candidates.length === 0 ? draft : this.#walk(candidates, draft, query, client);
  }

  #resolve(name: Name, key: Name, query: Query, client: Client): Draft | Promise<Draft> {
    const lookup: Lookup = this.#options.index.lookup(name, query.type, key);
    switch (lookup.kind) {
      case 'answer': {
        const { zone, rcode, sections } = lookup;
        return { zone, rcode, authoritative: true, sections, component: 'kubernetes' };
      }
      case 'alias':
        return this.#chase(lookup, query, client);
      case 'loop':
      case 'unsynced':
        return failure(Rcode.SERVFAIL, lookup.zone, 'kubernetes'); // C8, S33
      case 'elsewhere':
        return (
          this.#ask(key, query, client, (answer) => relayed(answer, name, query)) ?? failure(Rcode.REFUSED, DROPPED)
        );
    }
  }

  #chaos({ class: recordClass, type, key, name }: Query): Draft {
    const text = recordClass === Class.CH && type === Type.TXT ? this.#options.chaos.get(key) : undefined;
    if (text === undefined) return failure(Rcode.REFUSED, DROPPED);
    const answer: RRset = { owner: name, type: Type.TXT, ttl: 0, kind: 'text', data: [[text]] };
    const sections = { ...NO_RECORDS, answer: [answer] };
    return { rcode: Rcode.NOERROR, authoritative: true, sections, zone: OUTSIDE, component: 'chaos' };
  }

  /** C4: the rest of a chain of aliases, from a resolver; without one the client has to go on by itself. */
  #chase({ aliases, target, zone }: Lookup & { kind: 'alias' }, query: Query, client: Client): Draft | Promise<Draft> {
    const head = { rcode: Rcode.NOERROR, authoritative: true, zone, component: 'kubernetes' } as const;
    const finish = ({ rcode, truncated, sections }: OutsideAnswer): Draft => {
      if (rcode !== Rcode.NOERROR && rcode !== Rcode.NXDOMAIN) return failure(Rcode.SERVFAIL, zone, 'kubernetes'); // C7
      const { answer, authority } = spellLike(target, sections);
      return { ...head, rcode, truncated, sections: { answer: [...aliases, ...answer], authority, additional: [] } };
    };
    const bare = { ...head, sections: { ...NO_RECORDS, answer: aliases } };
    return this.#ask(lowerName(target), query, client, finish) ?? bare;
  }

  /** Undefined when there is nobody to ask. */
  #ask(
    name: Name,
    { type, edns, flags }: Query,
    { protocol }: Client,
    toDraft: (answer: OutsideAnswer) => Draft,
  ): Draft | Promise<Draft> | undefined {
    const answer = this.#options.outside?.resolve({
      name,
      type,
      protocol,
      dnssecOk: edns?.dnssecOk ?? false,
      checkingDisabled: (flags & Flag.CD) !== 0,
    });
    if (answer === undefined) return undefined;
    return answer instanceof Promise ? answer.then(toDraft) : toDraft(answer);
  }

  /** S53: the first name of the path that exists, behind an alias; if none does, what was said of the first. */
  async #walk(candidates: readonly Name[], miss: Draft, query: Query, client: Client): Promise<Draft> {
    for (const candidate of candidates) {
      const found = await this.#resolve(candidate, lowerName(candidate), query, client);
      if (found.rcode === Rcode.NXDOMAIN || found.rcode === Rcode.REFUSED) continue;
      const { ttl } = this.#options.index.config;
      const alias: RRset = { owner: query.name, type: Type.CNAME, ttl, kind: 'name', data: [candidate] };
      const sections = { ...found.sections, answer: [alias, ...found.sections.answer] };
      return found.rcode === Rcode.NOERROR ? { ...found, sections, component: 'autopath' } : found;
    }
    return miss;
  }
}

function isMiss({ rcode, component, sections }: Draft): boolean {
  return rcode === Rcode.NXDOMAIN && component === 'kubernetes' && sections.answer.length === 0;
}

/** A resolver's answer as it goes to the client: AD only to those who asked for it (section 7.1). */
function relayed(answer: OutsideAnswer, name: Name, query: Query): Draft {
  const wantsAd = (query.flags & Flag.AD) !== 0 || query.edns?.dnssecOk === true;
  const sections = spellLike(name, answer.sections);
  return { ...answer, sections, authenticData: answer.authenticData && wantsAd, zone: OUTSIDE };
}

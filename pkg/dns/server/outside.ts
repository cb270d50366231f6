/** Names that no zone of ours holds: who answers for them, and in what form. */
import type { Name, Sections } from '../wire/index.ts';
import { NO_RECORDS } from '../wire/index.ts';
import type { Component } from './dns-metrics.ts';

export interface OutsideQuestion {
  /** Lower case. */
  readonly name: Name;
  readonly type: number;
  /** The client's transport, which is kept towards upstream (S45). */
  readonly protocol: 'udp' | 'tcp';
  readonly dnssecOk: boolean;
  readonly checkingDisabled: boolean;
}

export interface OutsideAnswer {
  readonly rcode: number;
  readonly authoritative: boolean;
  /** Upstream cut the records short (C5). */
  readonly truncated: boolean;
  readonly authenticData: boolean;
  readonly sections: Sections;
  readonly component: Component;
}

/** Answers at once from memory, or later from another server. Never rejects: failure is an answer too. */
export interface OutsideResolver {
  resolve(question: OutsideQuestion): OutsideAnswer | Promise<OutsideAnswer>;
}

/** An answer that consists of its code. */
export function bareAnswer(rcode: number, component: Component): OutsideAnswer {
  return { rcode, authoritative: false, truncated: false, authenticData: false, sections: NO_RECORDS, component };
}

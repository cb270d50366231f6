import type { ReplyHead, Sections } from '../wire/index.ts';
import { NO_RECORDS } from '../wire/index.ts';
import type { Component } from './dns-metrics.ts';

/** The content of a reply, before it is put in order and cut to size. */
export interface Draft extends Pick<ReplyHead, 'rcode' | 'authoritative' | 'truncated' | 'authenticData'> {
  readonly sections: Sections;
  /** Zone and component by which the reply is counted. */
  readonly zone: string;
  readonly component: Component;
}

/** An error: its code and nothing else (S12). */
export function failure(rcode: number, zone: string, component: Component = ''): Draft {
  return { rcode, authoritative: false, sections: NO_RECORDS, zone, component };
}

/** Differences from CoreDNS that we stand by; the ids are those of docs/dns.md. Everything else is a fault. */
import type { Question } from './asker.ts';
import { isNegative, SILENCE, type Reply } from './reply.ts';

export interface Exchange {
  readonly question: Question;
  readonly theirs: Reply;
  readonly ours: Reply;
}

export interface Known {
  readonly id: string;
  readonly why: string;
  readonly is: (exchange: Exchange) => boolean;
}

const NOERROR = 0;
const SERVFAIL = 2;
const NXDOMAIN = 3;
const nodata = (reply: Reply): boolean => reply.rcode === NOERROR && isNegative(reply);
const nxdomain = (reply: Reply): boolean => reply.rcode === NXDOMAIN && isNegative(reply);
const typesOf = (records: readonly string[]): string[] => records.map((record) => record.split(' ')[1] ?? '');
const leadsByAlias = ({ answer }: Reply): boolean => typesOf(answer)[0] === 'cname';
const labelsOf = ({ name }: Question): string[] => name.toLowerCase().split('.').slice(0, -1);

export const register: readonly Known[] = [
  {
    id: 'K1',
    why: 'a protocol label above named ports exists and is empty',
    is: ({ question, theirs, ours }) =>
      /^_(tcp|udp|sctp)$/.test(labelsOf(question)[0] ?? '') && nxdomain(theirs) && nodata(ours),
  },
  {
    id: 'K2',
    why: 'a port name owns SRV records only',
    is: ({ question, theirs, ours }) =>
      /^_[^.]+\._(tcp|udp|sctp)\./i.test(question.name) &&
      nodata(ours) &&
      typesOf(theirs.answer).every((type) => type === 'a' || type === 'aaaa'),
  },
  {
    id: 'K3',
    why: 'dns, ns.dns and dns-version exist for every type',
    is: ({ question, theirs, ours }) =>
      /^(ns\.)?dns\.|^dns-version\./i.test(question.name) && nxdomain(theirs) && nodata(ours),
  },
  {
    id: 'K5',
    why: 'an alias is the answer for every type',
    is: ({ question, theirs, ours }) =>
      !['A', 'AAAA', 'CNAME'].includes(question.type) && nodata(theirs) && (leadsByAlias(ours) || isLoop(ours)),
  },
  {
    id: 'K6',
    why: 'an alias stays in the answer, and the code is that of its end',
    is: ({ question, theirs, ours }) =>
      ['A', 'AAAA'].includes(question.type) &&
      (isLoop(ours) || (leadsByAlias(ours) && ours.answer.every((record) => / cname /.test(record)))) &&
      (nodata(theirs) || leadsByAlias(theirs)),
  },
  {
    id: 'K10',
    why: 'an address has the names of Services that exist, and no others',
    is: ({ question, theirs, ours }) =>
      question.type === 'PTR' &&
      theirs.rcode === NOERROR &&
      ours.answer.every((record) => theirs.answer.includes(record)) &&
      ours.answer.length < theirs.answer.length,
  },
  {
    id: 'K28',
    why: 'an address in a slice without the label of a Service: no reply ever comes from CoreDNS, which makes a name with an empty label of it',
    is: ({ question, theirs, ours }) => question.type === 'PTR' && theirs.rcode === SILENCE && ours.rcode === NXDOMAIN,
  },
  {
    id: 'K11',
    why: 'no label stands to the left of a Pod name',
    is: ({ question, theirs, ours }) =>
      labelsOf(question).indexOf('pod') > 2 && nxdomain(ours) && theirs.rcode === NOERROR,
  },
  {
    id: 'K12',
    why: 'a Pod has all its addresses, in any spelling',
    is: ({ question, theirs, ours }) => labelsOf(question)[2] === 'pod' && nxdomain(theirs) && ours.rcode === NOERROR,
  },
  {
    id: 'K13',
    why: 'slices of names are no endpoints',
    is: ({ theirs, ours }) => typesOf(theirs.answer).includes('cname') && !typesOf(ours.answer).includes('cname'),
  },
  {
    id: 'K15',
    why: 'what exists in a reverse zone exists for every type',
    is: ({ question, theirs, ours }) => /\.arpa\.$/i.test(question.name) && nxdomain(theirs) && nodata(ours),
  },
  {
    id: 'K22',
    why: 'labels of ports and protocols begin with an underscore and say something',
    is: ({ question, theirs, ours }) =>
      labelsOf(question)[4] === 'svc' &&
      !/^_[^.]+\._[^.]+\./.test(question.name) &&
      nxdomain(ours) &&
      theirs.rcode === NOERROR,
  },
  {
    id: 'K24',
    why: 'the zone, svc, pod and namespaces exist for TXT too',
    is: ({ question, theirs, ours }) => question.type === 'TXT' && nxdomain(theirs) && nodata(ours),
  },
  {
    id: 'K25',
    why: 'existence does not depend on the type asked',
    is: ({ question, theirs, ours }) => question.type === 'SOA' && nodata(theirs) && nxdomain(ours),
  },
  {
    id: 'K27',
    why: 'a Pod name owns addresses only',
    is: ({ question, theirs, ours }) =>
      labelsOf(question)[2] === 'pod' &&
      question.type === 'SRV' &&
      nodata(ours) &&
      / srv \d+ 0 w 0 /.test(theirs.answer[0] ?? ''),
  },
  {
    id: 'K29',
    why: 'glue is the whole set of addresses of a target, not only those whose slice has the port',
    is: ({ question, theirs, ours }) =>
      question.type === 'SRV' &&
      JSON.stringify(theirs.answer) === JSON.stringify(ours.answer) &&
      theirs.additional.length < ours.additional.length &&
      theirs.additional.every((record) => ours.additional.includes(record)),
  },
  {
    id: 'S16',
    why: 'ANY has one record that says so (RFC 8482)',
    is: ({ question, theirs, ours }) =>
      question.type === 'ANY' &&
      (nodata(theirs) || (nxdomain(theirs) && /^_(tcp|udp|sctp)$/.test(labelsOf(question)[0] ?? ''))) &&
      ours.answer.join('') === `${question.name.toLowerCase()} hinfo 3600 "rfc8482" ""`,
  },
];

function isLoop({ rcode, answer }: Reply): boolean {
  return rcode === SERVFAIL && answer.length === 0;
}

export const knownReason = (exchange: Exchange): Known | undefined => register.find(({ is }) => is(exchange));

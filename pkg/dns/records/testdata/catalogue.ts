/** Reads catalogue.yaml and says what each row expects in the words of `recordTexts`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { nameText, parseName } from '../../wire/index.ts';
import type { ZoneOptions } from '../options.ts';
import type { RecordText } from '../record-text.ts';
import type { ClusterObjects } from './build.ts';
import { harbor, harborOptions } from './harbor.ts';
import { endpoint, externalName, service, slice } from './build.ts';

interface Row {
  id: string;
  rules: string;
  ask: string;
  answer?: string[];
  extra?: string[];
  authority?: string[];
  nodata?: true | string;
  nxdomain?: true | string;
  outcome?: 'servfail' | 'elsewhere';
  leads?: string;
  with?: ZoneOptions;
  change?: string;
  ttl?: number;
  ordered?: true;
}

export interface Case {
  readonly title: string;
  /** Absolute, in presentation form. */
  readonly name: string;
  readonly type: string;
  readonly options: ZoneOptions;
  readonly objects: ClusterObjects;
  readonly rcode: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL';
  readonly elsewhere: boolean;
  /** Where an alias leaves the zones, if one does. */
  readonly leads: string | undefined;
  readonly answer: readonly RecordText[];
  readonly authority: readonly RecordText[];
  readonly additional: readonly RecordText[];
  readonly ordered: boolean;
}

const SOA_TAIL = '1780000000 7200 1800 86400';

export function readCatalogue(): Case[] {
  const rows = parse(readFileSync(join(import.meta.dirname, 'catalogue.yaml'), 'utf8')) as Row[];
  return rows.map(toCase);
}

function toCase(row: Row): Case {
  const [asked = '', type = ''] = row.ask.split(' ');
  const name = absolute(asked);
  const ttl = row.ttl ?? 5;
  const negative = row.nodata ?? row.nxdomain;
  const zone = negative === true ? spelledZone(name) : negative;
  const soa = zone && `${zone} SOA ns.dns.${zone} hostmaster.${zone} ${SOA_TAIL} 5`;
  return {
    title: `${row.id} ${row.rules}: ${row.ask}${row.with ? ` with ${JSON.stringify(row.with)}` : ''}${row.change ? `, ${row.change}` : ''}`,
    name,
    type,
    options: { ...harborOptions, ...row.with },
    objects: changed(row.change),
    rcode: row.outcome === 'servfail' ? 'SERVFAIL' : row.nxdomain ? 'NXDOMAIN' : 'NOERROR',
    elsewhere: row.outcome === 'elsewhere',
    leads: row.leads,
    answer: (row.answer ?? []).map((text) => record(text, name, ttl)),
    authority: [...(row.authority ?? []), ...(soa ? [soa] : [])].map((text) => record(text, name, ttl)),
    additional: (row.extra ?? []).map((text) => record(text, name, ttl)),
    ordered: row.ordered ?? false,
  };
}

function absolute(text: string): string {
  if (text === '@') return 'cluster.local.';
  const full = text.endsWith('.') ? text : `${text}.cluster.local.`;
  const name = parseName(full);
  if (name === undefined) throw new Error(`${text} is no name`);
  return nameText(name);
}

function spelledZone(name: string): string {
  return name.slice(-'cluster.local.'.length);
}

const TYPES = ['A', 'AAAA', 'SRV', 'CNAME', 'PTR', 'TXT', 'SOA', 'NS', 'HINFO'];

/** `[owner] TYPE data [ttl N]` */
function record(text: string, asked: string, defaultTtl: number): RecordText {
  const words = text.split(' ');
  const ttlAt = words.lastIndexOf('ttl');
  const ttl = ttlAt < 0 ? defaultTtl : Number(words[ttlAt + 1]);
  if (ttlAt >= 0) words.splice(ttlAt);
  const name = TYPES.includes(words[0] ?? '') ? asked : absolute(words.shift() ?? '');
  const [type = '', ...data] = words;
  const nameAt = { SRV: [3], CNAME: [0], PTR: [0], NS: [0], SOA: [0, 1] }[type] ?? [];
  for (const index of nameAt) data[index] = absolute(data[index] ?? '');
  return { name, type, ttl, data: data.join(' ') };
}

/** The order of records means nothing unless the row says so; weights are replaced by `w` when equal and positive. */
export function comparable(records: readonly RecordText[], ordered: boolean): readonly RecordText[] {
  const weights = new Set(records.filter(({ type }) => type === 'SRV').map(({ data }) => data.split(' ')[1]));
  if (weights.size > 1 || weights.has('0')) throw new Error(`R5: weights ${[...weights].join(', ')}`);
  const plain = records.map((record) =>
    record.type === 'SRV' ? { ...record, data: record.data.replace(/^0 (\d+|w) /, '0 w ') } : record,
  );
  return ordered ? plain : plain.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

function changed(change: string | undefined): ClusterObjects {
  const objects = harbor();
  if (change === undefined) return objects;
  const { services, endpointSlices } = objects;
  const replaceExternal = (key: string, target: string): void => {
    const at = services.findIndex(({ metadata }) => `${metadata.namespace}/${metadata.name}` === key);
    services[at] = externalName(key, target);
  };
  switch (change) {
    case 'delete Service shop/web':
      objects.services = services.filter(({ metadata }) => metadata.namespace !== 'shop' || metadata.name !== 'web');
      break;
    case '10.1.2.10 also in another slice':
      endpointSlices.push(slice('shop/db', ['10.1.2.10 h:db-0'], 'pg 5432/TCP', '2'));
      break;
    case 'shop/ext leads to sf.example.com':
      replaceExternal('shop/ext', 'sf.example.com');
      break;
    case 'shop/alias leads below itself':
      replaceExternal('shop/alias', 'x.alias.shop.svc.cluster.local');
      break;
    case 'shop/alias leads to itself':
      replaceExternal('shop/alias', 'alias.shop.svc.cluster.local');
      break;
    case 'shop/web2 selects the Pods of shop/web':
      services.push(service('shop/web2', '10.96.7.70', 'http 80/TCP'));
      endpointSlices.push(slice('shop/web2', ['10.1.1.11', '10.1.1.12'], 'http 8080/TCP'));
      break;
    case 'shop/pending has no address yet':
      services.push(service('shop/pending', '', 'http 80/TCP'));
      break;
    case 'shop/peers has an FQDN slice too':
      endpointSlices.push({ ...slice('shop/peers', ['peer.example.com'], '', '2'), addressType: 'FQDN' });
      break;
    case 'shop/peers has an endpoint of Pod pod-b': {
      const more = slice('shop/peers', [], 'raft 7000/TCP', '2');
      endpointSlices.push({
        ...more,
        endpoints: [{ ...endpoint('10.1.3.9'), targetRef: { kind: 'Pod', name: 'pod-b' } }],
      });
      break;
    }
    case 'shop/peers has endpoint fd00::':
      endpointSlices.push(slice('shop/peers', ['fd00::'], 'raft 7000/TCP', '6'));
      break;
    default:
      throw new Error(`catalogue.yaml: unknown change ${change}`);
  }
  return objects;
}

import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { nameText, parseName, ROOT } from '../wire/index.ts';
import { parseAddress, reverseNameOf } from './address.ts';
import type { Change } from './change.ts';
import { dnsRecords } from './dns-records.ts';
import type { ZoneOptions } from './options.ts';
import type { RecordText } from './record-text.ts';
import { parseType, recordTexts } from './record-text.ts';
import { endpoint, externalName, namespace, pod, service, slice } from './testdata/build.ts';
import type { ReferenceAnswer } from './testdata/reference-lookup.ts';
import { ReferenceLookup } from './testdata/reference-lookup.ts';
import { ZoneIndex } from './zone-index.ts';

const NAMESPACES = ['a', 'b'];
const NAMES = ['web', 'db', '__proto__'];
const ADDRESSES = ['10.0.0.1', '10.0.0.2', '10.0.1.1', 'fd00::1', 'fd00::'];
const TARGETS = new Map([
  ['web.a', 'web.a.svc.cluster.local'],
  ['loop', 'db.b.svc.cluster.local'],
  ['outside', 'www.example.com'],
]);
const HOSTS = ['h0', 'h1'];

// Few keys, so that most changes hit something that is already there.
const key = fc.constantFrom('a/web', 'a/db', 'b/__proto__');
const anyService = fc
  .tuple(
    key,
    fc.constantFrom('None', '10.0.0.1', '10.9.0.1, fd00:9::1', '', 'web.a', 'loop', 'outside', '192.0.2.1'),
    fc.constantFrom('', 'http 80/TCP', '80/TCP, dns 53/UDP', 'http 80/TCP, alt 80/TCP'),
  )
  .map(([where, what, portText]) => {
    const target = TARGETS.get(what);
    if (target !== undefined) return externalName(where, target);
    return what === '192.0.2.1' ? externalName(where, what) : service(where, what, portText);
  });
const anyEndpoint = fc
  .tuple(fc.constantFrom(...ADDRESSES), fc.constantFrom('', ' h:h0', ' h:h1'), fc.constantFrom('', ' ready:false'))
  .map((parts) => parts.join(''));
const anySlice = fc
  .tuple(
    key,
    fc.constantFrom('1', '2'),
    fc.array(anyEndpoint, { maxLength: 3 }),
    fc.constantFrom('', 'http 8080/TCP', 'http 8081/TCP, 9/UDP'),
    fc.constantFrom(...NAMES, undefined),
  )
  .map(([where, suffix, endpoints, portText, moved]) => {
    const made = slice(where, [], portText, suffix);
    const name = moved ?? made.metadata.labels?.['kubernetes.io/service-name'] ?? '';
    const metadata = { ...made.metadata, labels: { 'kubernetes.io/service-name': name } };
    return { ...made, metadata, endpoints: endpoints.map(endpoint) };
  });
const anyPod = fc
  .tuple(key, fc.subarray(ADDRESSES, { minLength: 0, maxLength: 2 }), fc.constantFrom('Running', 'Failed'))
  .map(([where, ips, phase]) => pod(where, ips, { phase }));

const put = fc.oneof(
  fc.constantFrom(...NAMESPACES).map((name): Change => ({ kind: 'Namespace', name, object: namespace(name) })),
  fc
    .oneof(
      anyService.map((object) => ({ kind: 'Service' as const, object })),
      anySlice.map((object) => ({ kind: 'EndpointSlice' as const, object })),
      anyPod.map((object) => ({ kind: 'Pod' as const, object })),
    )
    .map(({ kind, object }) => {
      const { namespace = '', name = '' } = object.metadata;
      return { kind, namespace, name, object } as Change;
    }),
);
const change = fc
  .tuple(put, fc.nat(3))
  .map(([made, dice]): Change => (dice === 0 ? { ...made, object: undefined } : made));

const options: fc.Arbitrary<ZoneOptions> = fc.record({
  zones: fc.constantFrom(['cluster.local'], ['west.example', 'cluster.local']),
  reverseZones: fc.constantFrom(
    [{ zone: 'in-addr.arpa' }, { zone: 'ip6.arpa' }],
    [{ zone: 'in-addr.arpa', fallthrough: true }],
    [{ zone: '10.0.0.0/23' }],
  ),
  podMode: fc.constantFrom('verified', 'disabled'),
  ignoreEmptyService: fc.boolean(),
  hostnamesOnlyPtr: fc.boolean(),
  localAddresses: fc.subarray(['10.0.0.1', '10.0.1.1', 'fd00::1']),
});

/** The objects that remain after the changes. */
class Objects {
  readonly #kinds = new Map<Change['kind'], Map<string, NonNullable<Change['object']>>>();

  apply(change: Change): void {
    const kind = this.#kinds.get(change.kind) ?? new Map<string, NonNullable<Change['object']>>();
    const id = `${change.kind === 'Namespace' ? '' : change.namespace}/${change.name}`;
    if (change.object === undefined) kind.delete(id);
    else kind.set(id, change.object);
    this.#kinds.set(change.kind, kind);
  }

  all(kind: Change['kind']): never[] {
    return [...(this.#kinds.get(kind)?.values() ?? [])] as never[];
  }

  records(zoneOptions: ZoneOptions): RecordText[] {
    const objects = {
      namespaces: this.all('Namespace'),
      services: this.all('Service'),
      endpointSlices: this.all('EndpointSlice'),
      pods: this.all('Pod'),
    };
    return dnsRecords(objects, zoneOptions, 0);
  }
}

function addWithAncestors(names: Set<string>, name: string): void {
  for (let rest = name; rest !== ''; rest = rest.slice(rest.indexOf('.') + 1)) names.add(rest);
}

/** Every name worth asking: owners, their ancestors, their near misses, and names of objects that may be gone. */
function questions(records: readonly RecordText[], zones: readonly string[]): string[] {
  const names = new Set<string>(['www.example.com.', '9.0.0.10.in-addr.arpa.', 'fd00--0.web.a.svc.cluster.local.']);
  for (const address of ADDRESSES) addWithAncestors(names, nameText(reverseNameOf(parseAddress(address) ?? '')));
  for (const { name } of records) {
    addWithAncestors(names, name);
    names.add(`x.${name}`);
  }
  for (const zone of zones) {
    for (const ns of [...NAMESPACES, 'ghost']) {
      names.add(`${ns}.svc.${zone}`).add(`${ns}.pod.${zone}`).add(`10-0-0-1.${ns}.pod.${zone}`);
      for (const name of NAMES) {
        const full = `${name}.${ns}.svc.${zone}`;
        names
          .add(full)
          .add(`_tcp.${full}`)
          .add(`_http._tcp.${full}`)
          .add(`10-0-0-1.${full}`)
          .add(`${HOSTS[0]}.${full}`);
      }
    }
  }
  return [...names];
}

function structural(
  zones: readonly string[],
  reverse: readonly string[],
  namespaces: string[],
  pods: boolean,
): string[] {
  return [
    ...zones.flatMap((zone) => ['', 'dns.', 'ns.dns.', 'svc.', 'pod.'].map((label) => label + zone)),
    ...reverse.flatMap((zone) => ['', 'dns.', 'ns.dns.'].map((label) => label + zone)),
    ...zones.flatMap((zone) =>
      namespaces.flatMap((ns) => [`${ns}.svc.${zone}`, ...(pods ? [`${ns}.pod.${zone}`] : [])]),
    ),
  ];
}

function ask(index: ZoneIndex, name: string, type: string): ReferenceAnswer {
  const lookup = index.lookup(parseName(name) ?? ROOT, parseType(type) ?? 0);
  if (lookup.kind === 'elsewhere') return { rcode: 'elsewhere', answer: [] };
  if (lookup.kind === 'alias') return { rcode: 'elsewhere', answer: sorted(lookup.aliases.flatMap(recordTexts)) };
  if (lookup.kind !== 'answer') return { rcode: 'SERVFAIL', answer: [] };
  const rcode = lookup.rcode === 0 ? 'NOERROR' : 'NXDOMAIN';
  return { rcode, answer: sorted(lookup.sections.answer.flatMap(recordTexts)) };
}

const sorted = (records: readonly RecordText[]): RecordText[] =>
  records.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

const both = NAMESPACES.map((name): Change => ({ kind: 'Namespace', name, object: namespace(name) }));

/** Asks both sides everything, or only about the names that one change touches. */
function expectAgreement(index: ZoneIndex, objects: Objects, all: readonly RecordText[], step?: Change): void {
  const records = all.map((record) => ({ ...record, name: record.name.toLowerCase() }));
  const { config } = index;
  const zones = config.zones.map(({ text }) => text);
  const reverse = config.reverseZones.map(({ text }) => text);
  const exposed = objects.all('Namespace').map(({ metadata: { name } }) => name as string);
  const known = structural(zones, reverse, exposed, config.podMode !== 'disabled');
  const allZones = [...zones.map((text) => ({ text, fallthrough: false })), ...config.reverseZones];
  const reference = new ReferenceLookup(records, known, allZones);
  const label = step && `${step.name.replace(/-\d$/, '')}.`;
  for (const name of questions(records, zones)) {
    if (label !== undefined && !name.includes(label)) continue;
    for (const type of TYPES) {
      const expected = reference.ask(name, type);
      const got = ask(index, name, type);
      const want = { ...expected, answer: sorted(expected.answer) };
      if (JSON.stringify(got) !== JSON.stringify(want)) expect({ name, type, ...got }).toEqual({ name, type, ...want });
    }
  }
}

const TYPES = ['A', 'AAAA', 'SRV', 'PTR', 'NS', 'TXT', 'CNAME'];

describe('ZoneIndex', () => {
  it('after any sequence of changes answers like a rebuild from scratch', () => {
    fc.assert(
      fc.property(options, fc.array(change, { minLength: 10, maxLength: 50 }), (zoneOptions, changes) => {
        const index = new ZoneIndex(zoneOptions, 0);
        index.markSynced();
        const objects = new Objects();
        let before = '';
        for (const step of [...both, ...changes]) {
          const { serial } = index;
          const visible = index.apply(step, 0);
          objects.apply(step);
          const records = objects.records(zoneOptions);
          const after = JSON.stringify(sorted(records));
          if (after !== before) expect([visible, index.serial]).toEqual([true, serial + 1]); // N20
          before = after;
          expectAgreement(index, objects, records, step);
        }
        expectAgreement(index, objects, objects.records(zoneOptions));
      }),
      { numRuns: Number(process.env['DNS_RUNS'] ?? 30) },
    );
  });

  it('ends in the same state whatever the order of the last word on each object', () => {
    fc.assert(
      fc.property(fc.array(put, { maxLength: 20 }), fc.infiniteStream(fc.nat()), (changes, dice) => {
        const last = new Map(changes.map((step) => [JSON.stringify({ ...step, object: undefined }), step]));
        const shuffled = [...last.values()]
          .map((step) => ({ step, rank: dice.next().value as number }))
          .toSorted((a, b) => a.rank - b.rank)
          .map(({ step }) => step);
        const [one, other] = [[...last.values()], shuffled].map((steps) => {
          const index = new ZoneIndex({}, 0);
          for (const step of steps) index.apply(step, 0);
          index.markSynced();
          return index;
        });
        for (const name of questions([], ['cluster.local.'])) {
          for (const type of ['A', 'SRV', 'PTR']) {
            expect(one && ask(one, name, type)).toEqual(other && ask(other, name, type));
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});

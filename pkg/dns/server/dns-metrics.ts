/** What is counted of queries and replies. Names and labels are CoreDNS's, so that its dashboards keep working (X1 to X5). */
import type { Counter, Family, Histogram } from '../../metrics/index.ts';
import { exponentialBuckets, MetricRegistry } from '../../metrics/index.ts';
import { typeText } from '../records/index.ts';
import { Rcode } from '../wire/index.ts';
import type { Client } from './client.ts';

/** Who made a reply, in CoreDNS's words. */
export type Component = 'kubernetes' | 'forward' | 'cache' | 'transfer' | 'chaos' | 'local' | 'autopath' | '';

/** The zone label of messages refused before any zone was looked for. */
export const DROPPED = 'dropped';
/** The zone label of names in no zone of ours. */
export const OUTSIDE = '.';

const SIZE_BUCKETS = [0, 100, 200, 300, 400, 511, 1023, 2047, 4095, 8291, 16e3, 32e3, 48e3, 64e3];
const SECONDS_BUCKETS = exponentialBuckets(0.000_25, 2, 16);

/** X1: types with a label of their own; numbers where the codec has no name. */
const NAMED_TYPES = new Map<number, string>([
  ...[1, 28, 15, 6, 5, 12, 16, 2, 33, 251, 252, 255].map((type): [number, string] => [type, typeText(type)]),
  [43, 'DS'],
  [46, 'RRSIG'],
  [47, 'NSEC'],
  [48, 'DNSKEY'],
  [50, 'NSEC3'],
  [64, 'SVCB'],
  [65, 'HTTPS'],
]);

const RCODE_NAMES = new Map(Object.entries(Rcode).map(([name, code]) => [code as number, name]));

export class DnsMetrics {
  readonly registry: MetricRegistry;
  /** S11 */
  readonly panics: Counter;
  /** X12 */
  readonly truncated: Counter;
  readonly #server: string;
  readonly #families: Families;
  readonly #meters = new Map<string, readonly Meter[]>();

  /** `server` is the label by which instances are told apart, such as `dns://:53`. */
  constructor(registry: MetricRegistry = new MetricRegistry(), server = 'dns://:53') {
    this.registry = registry;
    this.#server = server;
    this.#families = familiesOf(registry);
    this.panics = registry.counter({ name: 'coredns_panics_total', help: 'Internal errors while answering.' }).with();
    this.truncated = registry
      .counter({ name: 'fairlead_dns_truncated_replies_total', help: 'Replies with the TC bit.' })
      .with();
  }

  /** The meter of a zone for clients of one kind. */
  of(zone: string, { protocol, family }: Client): Meter {
    let meters = this.#meters.get(zone);
    if (meters === undefined) {
      meters = (['udp', 'tcp'] as const).flatMap((proto) =>
        ['1', '2'].map((number) => {
          return new Meter(this.#families, { server: this.#server, zone, view: '' }, proto, number);
        }),
      );
      this.#meters.set(zone, meters);
    }
    return meters[(protocol === 'udp' ? 0 : 2) + (family === 'IPv4' ? 0 : 1)] as Meter;
  }
}

interface ZoneLabels {
  readonly server: string;
  readonly zone: string;
  readonly view: string;
}

/** Counts for one zone, protocol and address family. Cells are looked up once and kept. */
export class Meter {
  readonly #families: Families;
  readonly #labels: ZoneLabels;
  readonly #proto: string;
  readonly #family: string;
  readonly #requests = new Map<number, Counter>();
  readonly #responses = new Map<Component, Map<number, Counter>>();
  readonly #seconds: Histogram;
  readonly #requestOctets: Histogram;
  readonly #responseOctets: Histogram;
  readonly #dnssecOk: Counter;

  constructor(families: Families, labels: ZoneLabels, proto: string, family: string) {
    this.#families = families;
    this.#labels = labels;
    this.#proto = proto;
    this.#family = family;
    this.#seconds = families.seconds.with({ ...labels });
    this.#requestOctets = families.requestOctets.with({ ...labels, proto });
    this.#responseOctets = families.responseOctets.with({ ...labels, proto });
    this.#dnssecOk = families.dnssecOk.with({ ...labels });
  }

  request(type: number, octets: number, dnssecOk: boolean): void {
    const counted = NAMED_TYPES.has(type) ? type : 0;
    let counter = this.#requests.get(counted);
    if (counter === undefined) {
      const name = NAMED_TYPES.get(type) ?? 'other';
      counter = this.#families.requests.with({ ...this.#labels, proto: this.#proto, family: this.#family, type: name });
      this.#requests.set(counted, counter);
    }
    counter.value += 1;
    this.#requestOctets.observe(octets);
    if (dnssecOk) this.#dnssecOk.value += 1;
  }

  response(rcode: number, component: Component, octets: number, seconds: number): void {
    let counters = this.#responses.get(component);
    if (counters === undefined) {
      counters = new Map();
      this.#responses.set(component, counters);
    }
    let counter = counters.get(rcode);
    if (counter === undefined) {
      const name = RCODE_NAMES.get(rcode) ?? `RCODE${rcode}`;
      counter = this.#families.responses.with({ ...this.#labels, rcode: name, plugin: component });
      counters.set(rcode, counter);
    }
    counter.value += 1;
    this.#responseOctets.observe(octets);
    this.#seconds.observe(seconds);
  }
}

interface Families {
  readonly requests: Family<Counter>;
  readonly responses: Family<Counter>;
  readonly dnssecOk: Family<Counter>;
  readonly seconds: Family<Histogram>;
  readonly requestOctets: Family<Histogram>;
  readonly responseOctets: Family<Histogram>;
}

function familiesOf(registry: MetricRegistry): Families {
  const zone = ['server', 'zone', 'view'];
  return {
    requests: registry.counter({
      name: 'coredns_dns_requests_total',
      help: 'Queries.',
      labels: [...zone, 'proto', 'family', 'type'],
    }),
    responses: registry.counter({
      name: 'coredns_dns_responses_total',
      help: 'Replies.',
      labels: [...zone, 'rcode', 'plugin'],
    }),
    dnssecOk: registry.counter({
      name: 'coredns_dns_do_requests_total',
      help: 'Queries with the DO bit.',
      labels: zone,
    }),
    seconds: registry.histogram({
      name: 'coredns_dns_request_duration_seconds',
      help: 'Time from query to reply.',
      labels: zone,
      buckets: SECONDS_BUCKETS,
    }),
    requestOctets: registry.histogram({
      name: 'coredns_dns_request_size_bytes',
      help: 'Size of queries.',
      labels: [...zone, 'proto'],
      buckets: SIZE_BUCKETS,
    }),
    responseOctets: registry.histogram({
      name: 'coredns_dns_response_size_bytes',
      help: 'Size of replies.',
      labels: [...zone, 'proto'],
      buckets: SIZE_BUCKETS,
    }),
  };
}

import { maskPrefix, parsePrefix } from '../../ip/index.ts';
import type { Name, Octets } from '../wire/index.ts';
import { labelsOf, lowerName, nameText, parseName } from '../wire/index.ts';
import { parseAddress } from './address.ts';
import type { ReverseZone } from './reverse-zone.ts';
import { reverseZonesOfCidr } from './reverse-zone.ts';

/** `verified`: only addresses of live Pods. `insecure`: any address. `disabled`: none (D2 to D4). */
export type PodMode = 'verified' | 'insecure' | 'disabled';

/** A label test; objects it turns down do not exist for DNS. */
export type LabelTest = (labels: Readonly<Record<string, string>>) => boolean;

export interface ZoneOptions {
  /** Cluster domains; the first is used in PTR data. Default `['cluster.local']`. */
  readonly zones?: readonly string[];
  /**
   * Reverse zones, as CIDRs or as names. With `fallthrough` a miss goes to the forwarder instead of NXDOMAIN (P5).
   * Default: all of `in-addr.arpa` and `ip6.arpa`, with fallthrough.
   */
  readonly reverseZones?: readonly { readonly zone: string; readonly fallthrough?: boolean }[];
  /** TTL of records made from objects, 0 to 3600. Default 5. */
  readonly ttlSeconds?: number;
  /** Default `verified`. */
  readonly podMode?: PodMode;
  /** Names endpoints without hostname after their Pod (H3). Default false. */
  readonly endpointPodNames?: boolean;
  /** Hides ClusterIP Services without a ready endpoint (N10). Default false. */
  readonly ignoreEmptyService?: boolean;
  /** Gives PTR records only to endpoints with a hostname (P2). Default false. */
  readonly hostnamesOnlyPtr?: boolean;
  /** Only these namespaces exist (N6). Excludes `namespaceLabels`. */
  readonly namespaces?: readonly string[];
  /** Only namespaces whose labels pass exist (N6). */
  readonly namespaceLabels?: LabelTest;
  /** Only Services, EndpointSlices and Pods whose labels pass exist (N7). */
  readonly objectLabels?: LabelTest;
  /** Addresses this server is reached at: they decide the NS records (N22). */
  readonly localAddresses?: readonly string[];
}

export interface ForwardZone {
  readonly name: Name;
  readonly text: string;
}

/** Options with every default in place and every text parsed. */
export interface ZoneConfig {
  readonly zones: readonly ForwardZone[];
  readonly primary: ForwardZone;
  readonly reverseZones: readonly ReverseZone[];
  readonly ttl: number;
  readonly podMode: PodMode;
  readonly endpointPodNames: boolean;
  readonly ignoreEmptyService: boolean;
  readonly hostnamesOnlyPtr: boolean;
  readonly namespaces: ReadonlySet<string> | undefined;
  readonly namespaceLabels: LabelTest | undefined;
  readonly objectLabels: LabelTest | undefined;
  readonly localAddresses: readonly Octets[];
}

/** Throws a RangeError that names the option when one makes no sense. */
export function parseZoneOptions(options: ZoneOptions): ZoneConfig {
  const zones = (options.zones ?? ['cluster.local']).map(forwardZone);
  const [primary] = zones;
  if (primary === undefined) throw new RangeError('zones: expected at least one cluster domain');
  const ttl = options.ttlSeconds ?? 5;
  if (!Number.isInteger(ttl) || ttl < 0 || ttl > 3600) {
    throw new RangeError(`ttlSeconds: expected an integer from 0 to 3600, got ${ttl}`);
  }
  if (options.namespaces !== undefined && options.namespaceLabels !== undefined) {
    throw new RangeError('namespaces and namespaceLabels exclude each other, give one');
  }
  const reverse = options.reverseZones ?? DEFAULT_REVERSE_ZONES;
  return {
    zones,
    primary,
    reverseZones: reverse.flatMap(({ zone, fallthrough }) => reverseZones(zone, fallthrough ?? false)),
    ttl,
    podMode: options.podMode ?? 'verified',
    endpointPodNames: options.endpointPodNames ?? false,
    ignoreEmptyService: options.ignoreEmptyService ?? false,
    hostnamesOnlyPtr: options.hostnamesOnlyPtr ?? false,
    namespaces: options.namespaces && new Set(options.namespaces),
    namespaceLabels: options.namespaceLabels,
    objectLabels: options.objectLabels,
    localAddresses: (options.localAddresses ?? []).map(localAddress),
  };
}

const DEFAULT_REVERSE_ZONES = [
  { zone: 'in-addr.arpa', fallthrough: true },
  { zone: 'ip6.arpa', fallthrough: true },
];

function forwardZone(text: string): ForwardZone {
  const name = parseName(text);
  if (name === undefined) throw new RangeError(`zones: ${JSON.stringify(text)} is not a domain name`);
  return { name: lowerName(name), text: nameText(lowerName(name)) };
}

function reverseZones(text: string, fallthrough: boolean): ReverseZone[] {
  if (text.includes('/')) {
    const prefix = parsePrefix(text);
    if (prefix === undefined) throw new RangeError(`reverseZones: ${JSON.stringify(text)} is not a CIDR`);
    return reverseZonesOfCidr(maskPrefix(prefix), fallthrough);
  }
  const name = parseName(text);
  const suffix = name && labelsOf(lowerName(name)).slice(-2).join('.');
  if (name === undefined || (suffix !== 'in-addr.arpa' && suffix !== 'ip6.arpa')) {
    throw new RangeError(`reverseZones: ${JSON.stringify(text)} is neither a CIDR nor under in-addr.arpa or ip6.arpa`);
  }
  return [{ name: lowerName(name), text: nameText(lowerName(name)), fallthrough, within: undefined }];
}

function localAddress(text: string): Octets {
  const octets = parseAddress(text);
  if (octets === undefined) throw new RangeError(`localAddresses: ${JSON.stringify(text)} is not an address`);
  return octets;
}

/**
 * The zones as an index over cluster objects: changes go in, answers come out. Pure: time comes as an argument, order
 * and size of replies are the server's concern. Answers are never stored, so none can be stale.
 */
import type { Name, RRset, Sections } from '../wire/index.ts';
import { labelCount, labelsBefore, lowerName, NO_RECORDS, Rcode, suffixAt, Type, zoneOffset } from '../wire/index.ts';
import { parseAddress } from './address.ts';
import type { Change } from './change.ts';
import { ClusterState } from './cluster-state.ts';
import type { ZoneNode } from './node.ts';
import { findNode } from './node.ts';
import type { RecordContext } from './node-records.ts';
import { recordsAt, soaOf } from './node-records.ts';
import type { ZoneConfig, ZoneOptions } from './options.ts';
import { parseZoneOptions } from './options.ts';
import { findReverseNode } from './reverse-node.ts';
import type { ReverseZone } from './reverse-zone.ts';

export type Lookup =
  /** An authoritative answer, positive or negative. `zone` is its text. */
  | { readonly kind: 'answer'; readonly zone: string; readonly rcode: number; readonly sections: Sections }
  /** A chain of aliases that leads out of the zones: the rest of the answer is to be had from a resolver (C4). */
  | { readonly kind: 'alias'; readonly zone: string; readonly aliases: readonly RRset[]; readonly target: Name }
  /** Aliases that lead nowhere: SERVFAIL (C8). */
  | { readonly kind: 'loop'; readonly zone: string }
  /** In a zone, but not all objects have been seen yet: SERVFAIL (S33). */
  | { readonly kind: 'unsynced'; readonly zone: string }
  /** Not ours: forward or refuse (N2, P5). */
  | { readonly kind: 'elsewhere' };

export type ServiceKind = 'cluster_ip' | 'headless_with_selector' | 'headless_without_selector';

interface Zone {
  readonly name: Name;
  readonly text: string;
  /** Of reverse zones. */
  readonly labelCount: number;
  readonly reverse: ReverseZone | undefined;
}

const byLength = (a: Zone, b: Zone): number => b.name.length - a.name.length;

const ELSEWHERE: Lookup = { kind: 'elsewhere' };
const MAX_ALIASES = 10;

export class ZoneIndex {
  readonly config: ZoneConfig;
  readonly #state: ClusterState;
  /** Cluster zones first, being asked most; longer ones before shorter, so the first match is the most specific (N2). */
  readonly #zones: readonly Zone[];
  readonly #context: { readonly state: ClusterState; readonly config: ZoneConfig; serial: number };
  readonly #soas = new Map<Name, RRset>();
  #synced = false;

  /** `startSeconds` is the first serial (N20). Throws a RangeError for options that make no sense. */
  constructor(options: ZoneOptions, startSeconds: number) {
    this.config = parseZoneOptions(options);
    this.#state = new ClusterState(this.config);
    this.#context = { state: this.#state, config: this.config, serial: startSeconds >>> 0 };
    const forward = this.config.zones.map((zone) => ({ ...zone, labelCount: 0, reverse: undefined }));
    const reverse = this.config.reverseZones.map((zone) => ({
      name: zone.name,
      text: zone.text,
      labelCount: labelCount(zone.name),
      reverse: zone,
    }));
    this.#zones = [...forward.sort(byLength), ...reverse.sort(byLength)];
  }

  /** Serial of every zone: grows with each change an answer can show, and only then (N20). */
  get serial(): number {
    return this.#context.serial;
  }

  get synced(): boolean {
    return this.#synced;
  }

  /** Every object that existed at the start has been applied; answers are complete from here on. */
  markSynced(): void {
    this.#synced = true;
  }

  /** Takes in one change. True when some answer can differ afterwards. */
  apply(change: Change, nowSeconds: number): boolean {
    const visible = this.#state.apply(change);
    if (visible) {
      this.#context.serial = Math.max(nowSeconds >>> 0, this.serial + 1) >>> 0;
      this.#soas.clear();
    }
    return visible;
  }

  /** Answers a question; `key` is the name in lower case. */
  lookup(name: Name, type: number, key: Name = lowerName(name)): Lookup {
    const found = this.#find(key);
    if (found === undefined) return ELSEWHERE;
    if (!this.#synced && !isFixed(found.node, type)) return { kind: 'unsynced', zone: found.zone.text };
    if (found.node === 'foreign') return ELSEWHERE;
    if (found.node?.kind === 'external' && type !== Type.CNAME && type !== Type.ANY) {
      return this.#follow(name, type, found.zone, found.node.target);
    }
    return this.#answer(found.zone, found.node, name, type, []);
  }

  /** Namespace of the Pods with an address, when they agree on one (D9). Only in pod mode `verified`. */
  namespaceOfClient(address: string): string | undefined {
    const octets = parseAddress(address);
    return octets === undefined ? undefined : this.#state.pods.namespaceOf(octets);
  }

  /** Kind of a Service as the programming-latency indicator names it (X6); undefined when endpoints say nothing of it. */
  serviceKind(namespace: string, name: string): ServiceKind | undefined {
    const view = this.#state.service(namespace, name)?.view;
    if (view?.kind === 'cluster') return 'cluster_ip';
    if (view?.kind !== 'headless') return undefined;
    return view.hasSelector ? 'headless_with_selector' : 'headless_without_selector';
  }

  /** How many objects contribute to the zones, by resource. */
  get counts(): ClusterState['counts'] {
    return this.#state.counts;
  }

  /** What records are made from: for zone transfers and inspection. */
  get context(): RecordContext {
    return this.#context;
  }

  #find(key: Name): { zone: Zone; node: ZoneNode | undefined | 'foreign' } | undefined {
    for (const zone of this.#zones) {
      const offset = zoneOffset(key, zone.name);
      if (offset < 0) continue;
      if (zone.reverse === undefined) {
        return { zone, node: findNode(this.#state, this.config, labelsBefore(key, offset)) };
      }
      const labels = labelsBefore(key, key.length - 1);
      return { zone, node: findReverseNode(this.#state, this.config, zone.reverse, labels, zone.labelCount) };
    }
    return undefined;
  }

  /** C4 to C8: walks from alias to alias until a name with an answer, without one, or out of the zones. */
  #follow(name: Name, type: number, zone: Zone, firstTarget: Name): Lookup {
    const aliases: RRset[] = [];
    let owner = name;
    let target = firstTarget;
    while (aliases.length < MAX_ALIASES) {
      aliases.push({ owner, type: Type.CNAME, ttl: this.config.ttl, kind: 'name', data: [target] });
      const found = this.#find(lowerName(target));
      if (found === undefined || found.node === 'foreign') return { kind: 'alias', zone: zone.text, aliases, target };
      if (found.node?.kind !== 'external') return this.#answer(found.zone, found.node, target, type, aliases);
      owner = target;
      target = found.node.target;
    }
    return { kind: 'loop', zone: zone.text }; // C8: a ring is longer than any limit
  }

  /** S52: the SOA in its usual spelling goes with most negative answers, so it is made once a serial. */
  #soaOf(zone: Zone): RRset {
    let soa = this.#soas.get(zone.name);
    if (soa === undefined) {
      soa = soaOf(zone.name, this.#context);
      this.#soas.set(zone.name, soa);
    }
    return soa;
  }

  #answer(zone: Zone, node: ZoneNode | undefined, owner: Name, type: number, aliases: readonly RRset[]): Lookup {
    const spelledZone = suffixAt(owner, owner.length - zone.name.length);
    const records = node && recordsAt(node, type, { owner, zone: spelledZone }, this.#context);
    if (records !== undefined) {
      const answer = aliases.length === 0 ? [records.answer] : [...aliases, records.answer];
      const sections = { answer, authority: NO_RECORDS.authority, additional: records.additional };
      return { kind: 'answer', zone: zone.text, rcode: Rcode.NOERROR, sections };
    }
    const soa = spelledZone === zone.name ? this.#soaOf(zone) : soaOf(spelledZone, this.#context);
    const rcode = node === undefined ? Rcode.NXDOMAIN : Rcode.NOERROR; // N3
    const sections = {
      answer: aliases,
      authority: [soa],
      additional: NO_RECORDS.additional,
    };
    return { kind: 'answer', zone: zone.text, rcode, sections };
  }
}

/** S33: what can be answered before the objects are known. */
function isFixed(node: ZoneNode | undefined | 'foreign', type: number): boolean {
  if (node === undefined || node === 'foreign') return false;
  if (node.kind === 'apex') return type === Type.SOA || type === Type.NS;
  return node.kind === 'nameserver' || node.kind === 'version';
}

/**
 * CX5: notices that somebody else keeps changing what this process writes, and says for which Services it must stop
 * writing. Pure; told what happened and the time.
 */
import { Lru } from '../collections/lru.ts';

interface Change {
  readonly at: number;
  readonly uid: string;
  /** Absent: the object was deleted. */
  readonly version: string | undefined;
  /** Whom the object goes with when that one is deleted. */
  readonly owner: string | undefined;
}

/** What the cache shows of an object of ours. */
export interface Seen {
  readonly uid: string;
  /** Absent: its end. */
  readonly version: string | undefined;
  readonly owner?: string | undefined;
}

interface Truce {
  readonly until: number;
  readonly ms: number;
}

const windowMs = 60_000;
/** By default; across Services it takes ten times as many. */
export const mostPerService = 5;
const timesTogether = 10;
const firstTruceMs = 30_000;
const longestTruceMs = 600_000;
const remembered = 100_000;

export class Rivalry {
  readonly #most: number;
  /** Objects that are ours: uid to nothing. */
  readonly #ours = new Lru<string, true>(remembered);
  /** Versions that our own writes made, and objects that our own deletions ended. */
  readonly #own = new Lru<string, true>(remembered);
  readonly #changes = new Map<string, Change[]>();
  readonly #truces = new Map<string, Truce>();

  /** So many foreign changes of one Service within a minute are too many. */
  constructor(most: number = mostPerService) {
    this.#most = most;
  }

  /** The server took our write; no version: our deletion. */
  wrote(uid: string, version: string | undefined): void {
    if (version === undefined) this.#ours.delete(uid);
    else this.#ours.set(uid, true);
    this.#own.set(`${uid} ${version ?? ''}`, true);
  }

  /** The cache shows a new version, or the end, of an object of that Service. It may be our own doing. */
  saw(service: string, { uid, version, owner }: Seen, now: number): void {
    if (this.#ours.get(uid) === undefined) return;
    const changes = this.#changes.get(service) ?? [];
    changes.push({ at: now, uid, version, owner });
    this.#changes.set(service, changes);
  }

  /** A Service or Endpoints was deleted: what went with it was ended by nobody's rivalry. */
  ended(service: string, owner: string): void {
    const others = (this.#changes.get(service) ?? []).filter((change) => change.owner !== owner);
    if (others.length === 0) this.#changes.delete(service);
    else this.#changes.set(service, others);
  }

  /** The server says that the object is not what our write took it for: somebody else was quicker. */
  conflicted(service: string, uid: string, now: number): void {
    // Of objects that count as ours the cache will show the change, and it counts once.
    if (this.#ours.get(uid) !== undefined) return;
    this.#ours.set(uid, true);
    this.saw(service, { uid, version: `conflict at ${now}` }, now);
  }

  /**
   * Asked before each write. How long that Service is to be left alone, 0 for not at all; `began` when that is only now
   * decided. Own versions are told apart here and not before: the answer to a write may come after its event.
   */
  mustWait(service: string, now: number): { readonly ms: number; readonly began: boolean } {
    const truce = this.#truces.get(service);
    if (truce !== undefined && now < truce.until) return { ms: truce.until - now, began: false };
    const foreign = this.#foreign(service, now);
    const together = foreign === 0 ? 0 : this.#together(now);
    if (foreign < this.#most && together < this.#most * timesTogether) return { ms: 0, began: false };
    const ms = truce === undefined || now - truce.until > longestTruceMs ? firstTruceMs : truce.ms * 2;
    const next = { ms: Math.min(ms, longestTruceMs), until: now + Math.min(ms, longestTruceMs) };
    this.#truces.set(service, next);
    this.#changes.delete(service);
    return { ms: next.ms, began: true };
  }

  /** Services that are left alone. */
  waiting(now: number): number {
    return [...this.#truces.values()].filter(({ until }) => now < until).length;
  }

  #together(now: number): number {
    const counts = [...this.#changes.keys()].map((service) => this.#foreign(service, now));
    // One change each, of however many Services, is somebody's errand; a rival comes back.
    return counts.filter((count) => count > 1).reduce((sum, count) => sum + count, 0);
  }

  #foreign(service: string, now: number): number {
    const changes = (this.#changes.get(service) ?? []).filter(
      ({ at, uid, version }) => now - at <= windowMs && this.#own.get(`${uid} ${version ?? ''}`) === undefined,
    );
    if (changes.length === 0) this.#changes.delete(service);
    else this.#changes.set(service, changes);
    return changes.length;
  }
}

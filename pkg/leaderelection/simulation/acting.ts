/** A stretch of true time in which an elector may act as the leader. */
export interface Stretch {
  readonly identity: string;
  readonly start: number;
  readonly end: number;
}

/** Writes down who may act when. */
export class ActingLog {
  readonly stretches: Stretch[] = [];
  readonly #open = new Map<string, { readonly start: number; end: number }>();

  /** From now, until then unless something else is said before. */
  may(identity: string, now: number, until: number): void {
    const open = this.#open.get(identity);
    if (open !== undefined && open.end >= now) open.end = until;
    else {
      this.mayNot(identity, now);
      if (until > now) this.#open.set(identity, { start: now, end: until });
    }
  }

  mayNot(identity: string, now: number): void {
    const open = this.#open.get(identity);
    if (open === undefined) return;
    this.#open.delete(identity);
    this.stretches.push({ identity, start: open.start, end: Math.min(open.end, now) });
  }

  finish(now: number): readonly Stretch[] {
    for (const identity of this.#open.keys()) this.mayNot(identity, now);
    return this.stretches;
  }
}

/** Pairs of electors that could act at the same time. */
export function overlaps(stretches: readonly Stretch[]): readonly (readonly [Stretch, Stretch])[] {
  const sorted = stretches.filter(({ start, end }) => end > start).sort((a, b) => a.start - b.start);
  const found: [Stretch, Stretch][] = [];
  let latest: Stretch | undefined;
  for (const stretch of sorted) {
    if (latest !== undefined && latest.identity !== stretch.identity && stretch.start < latest.end) {
      found.push([latest, stretch]);
    }
    if (latest === undefined || stretch.end > latest.end) latest = stretch;
  }
  return found;
}

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Tables } from './tables.ts';

/**
 * Takes out the rows that nothing at or above the compaction floor needs: versions superseded before the floor, and
 * deletions before it. It goes through the history once, a stretch of revisions at a time inside the commits of
 * others, and remembers where it stopped (DS7). Freed pages are used again, so the file stops growing.
 *
 * A version superseded by the event at the floor itself stays: a watch from there reports it as the previous value.
 */
export class Sweep {
  readonly #tables: Tables;
  readonly #stretchEnd: StatementSync;
  readonly #superseded: StatementSync;
  readonly #deletedKeys: StatementSync;
  readonly #deletions: StatementSync;
  #swept: number;

  constructor(db: DatabaseSync, tables: Tables) {
    const stretch = 'revision >= ? AND revision < ?';
    this.#tables = tables;
    this.#swept = tables.number('swept revision');
    this.#stretchEnd = db.prepare(
      'SELECT revision FROM revisions WHERE revision >= ? ORDER BY revision LIMIT 1 OFFSET ?',
    );
    this.#superseded = db.prepare(
      `DELETE FROM revisions WHERE revision IN (SELECT previous FROM revisions WHERE ${stretch})`,
    );
    this.#deletedKeys = db.prepare(
      `DELETE FROM keys WHERE key IN (SELECT key FROM revisions WHERE ${stretch} AND value IS NULL) ` +
        `AND live = 0 AND ${stretch}`,
    );
    this.#deletions = db.prepare(`DELETE FROM revisions WHERE ${stretch} AND value IS NULL`);
  }

  /** Whether rows below that floor are still to be looked at. */
  pending(floor: number): boolean {
    return this.#swept < floor;
  }

  /** Goes through at most that many rows below the floor, in the open transaction; where it got to. */
  step(floor: number, rows: number): number {
    const from = this.#swept;
    if (from >= floor) return from;
    const end = this.#stretchEnd.get(from, rows)?.['revision'];
    const to = Math.min(floor, Number(end ?? floor));
    this.#superseded.run(from, to);
    this.#deletedKeys.run(from, to, from, to);
    this.#deletions.run(from, to);
    this.#tables.setNumber('swept revision', to);
    return to;
  }

  /** The transaction of the last step was committed. */
  committed(to: number): void {
    this.#swept = to;
  }
}

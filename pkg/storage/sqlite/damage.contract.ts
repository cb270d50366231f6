/** For the damage tests: a store as a crash leaves it, whose files can be spoiled at will and opened again. */
import { chmodSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { crc32 } from 'node:zlib';
import { VirtualClock } from '../../clock/index.ts';
import { TemporaryDirectory } from '../contract/temporary-directory.ts';
import { StoreOpenError } from './errors.ts';
import { openSqliteStore } from './open.ts';
import { DATABASE_FILE } from './schema.ts';
import type { SqliteStore } from './store.ts';

/** Everything a client can see of a store, a line for each revision that can be read; values as digests. */
export type Contents = readonly string[];

/** The files of a store. */
export class Specimen implements Disposable {
  readonly #scratch = new TemporaryDirectory();
  readonly directory: string = join(this.#scratch.path, 'store');
  readonly #copy = join(this.#scratch.path, 'copy');

  /** Fills a store and keeps its files: as they are at that moment, or as a clean close leaves them. */
  static async of(fill: (store: SqliteStore, wal: () => number) => Promise<void>, end: 'crash' | 'close') {
    const specimen = new Specimen();
    const store = await openSqliteStore({ directory: specimen.directory, clock: new VirtualClock() });
    await fill(store, () => readFileSync(specimen.path('-wal')).length);
    if (end === 'close') await store.close();
    cpSync(specimen.directory, specimen.#copy, { recursive: true, filter: (path) => !path.endsWith('/lock') });
    await store.close();
    specimen.restore();
    return specimen;
  }

  /** The database, or with a suffix one of the files beside it. */
  path(suffix: '' | '-wal' = ''): string {
    return join(this.directory, DATABASE_FILE + suffix);
  }

  /** The files as they were kept. */
  restore(): void {
    rmSync(this.directory, { recursive: true });
    cpSync(this.#copy, this.directory, { recursive: true });
    chmodSync(this.directory, 0o700);
  }

  /** Spoils a file. */
  change(suffix: '' | '-wal', change: (bytes: Buffer) => Buffer): void {
    writeFileSync(this.path(suffix), change(readFileSync(this.path(suffix))), { mode: 0o600 });
  }

  /** What the store holds, or why it does not open; in that case its files must be as they were. */
  async open(): Promise<Contents | StoreOpenError> {
    const before = this.#bytes();
    try {
      await using store = await openSqliteStore({ directory: this.directory, clock: new VirtualClock() });
      return await contentsOf(store);
    } catch (error) {
      if (!(error instanceof StoreOpenError)) throw error;
      if (!isDeepStrictEqual(this.#bytes(), before)) {
        throw new Error('a refused store was changed', { cause: error });
      }
      return error;
    }
  }

  /** Every file of the directory, by name. */
  #bytes(): Map<string, Buffer> {
    return new Map(
      readdirSync(this.directory).map((name) => [name, readFileSync(join(this.directory, name))] as const),
    );
  }

  [Symbol.dispose](): void {
    this.#scratch[Symbol.dispose]();
  }
}

/** Reads all of a store, past included. */
export async function contentsOf(store: SqliteStore): Promise<Contents> {
  const { revision, compactRevision } = await store.status();
  const lines: string[] = [];
  for (let at = Math.max(1, compactRevision); at <= revision; at += 1) {
    const { items } = await store.range('', { revision: at });
    const entries = items.map((kv) => [kv.key, kv.createRevision, kv.modRevision, kv.value.length, crc32(kv.value)]);
    lines.push(`${at}: ${entries.join(' ')}`);
  }
  return lines;
}

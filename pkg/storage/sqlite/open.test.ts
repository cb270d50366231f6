import { describe, expect, it } from '@jest/globals';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { TemporaryDirectory } from '../contract/temporary-directory.ts';
import { openSqliteStore } from './open.ts';
import { DATABASE_FILE, FORMAT_VERSION } from './schema.ts';

/** A directory with a store that was closed. */
async function closedStore(scratch: TemporaryDirectory): Promise<{ directory: string; path: string }> {
  const directory = join(scratch.path, 'store');
  await using store = await openSqliteStore({ directory });
  await store.create('/a', '1');
  return { directory, path: join(directory, DATABASE_FILE) };
}

function changeDatabase(path: string, sql: string): void {
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
}

describe('openSqliteStore', () => {
  it('SV29 makes a directory and files that only the owner can read', async () => {
    using scratch = new TemporaryDirectory();
    const directory = join(scratch.path, 'deeper', 'store');
    await using store = await openSqliteStore({ directory });
    await store.create('/a', '1');
    const modes = Object.fromEntries(readdirSync(directory).map((name) => [name, modeOf(join(directory, name))]));
    expect([modeOf(directory), modes]).toEqual([0o700, { lock: 0o600, 'store.db': 0o600, 'store.db-wal': 0o600 }]);
  });

  it('SV29 refuses a directory or file that others can read, and says how to mend it', async () => {
    using scratch = new TemporaryDirectory();
    const { directory, path } = await closedStore(scratch);
    chmodSync(path, 0o640);
    await expect(openSqliteStore({ directory })).rejects.toMatchObject({
      reason: 'permissions',
      message: expect.stringContaining(`chmod 600 ${path}`),
    });
    chmodSync(path, 0o600);
    chmodSync(directory, 0o755);
    await expect(openSqliteStore({ directory })).rejects.toMatchObject({
      reason: 'permissions',
      message: expect.stringContaining(`chmod 700 ${directory}`),
    });
  });

  it('refuses a newer format and leaves it as it is', async () => {
    using scratch = new TemporaryDirectory();
    const { directory, path } = await closedStore(scratch);
    changeDatabase(path, `PRAGMA user_version = ${FORMAT_VERSION + 1}; CREATE TABLE future (x)`);
    const before = readFileSync(path);
    await expect(openSqliteStore({ directory })).rejects.toMatchObject({
      reason: 'newer format',
      message: expect.stringContaining('Run the newer program'),
    });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it("refuses somebody else's database and leaves it as it is", async () => {
    using scratch = new TemporaryDirectory();
    const directory = join(scratch.path, 'store');
    mkdirSync(directory, { mode: 0o700 });
    const path = join(directory, DATABASE_FILE);
    writeFileSync(path, '', { mode: 0o600 });
    changeDatabase(path, 'CREATE TABLE theirs (x)');
    const before = readFileSync(path);
    await expect(openSqliteStore({ directory })).rejects.toMatchObject({ reason: 'foreign' });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('F42 refuses a log without its database', async () => {
    using scratch = new TemporaryDirectory();
    const { directory, path } = await closedStore(scratch);
    rmSync(path);
    writeFileSync(`${path}-wal`, 'x', { mode: 0o600 });
    await expect(openSqliteStore({ directory })).rejects.toMatchObject({ reason: 'corrupted' });
  });

  it('F40 starts over when it was killed while making the database', async () => {
    using scratch = new TemporaryDirectory();
    const directory = join(scratch.path, 'store');
    mkdirSync(directory, { mode: 0o700 });
    writeFileSync(join(directory, `${DATABASE_FILE}-new`), 'half a file', { mode: 0o600 });
    await using store = await openSqliteStore({ directory });
    expect(await store.currentRevision()).toBe(1);
  });

  it('gives the directory back after a refusal', async () => {
    using scratch = new TemporaryDirectory();
    const { directory, path } = await closedStore(scratch);
    changeDatabase(path, 'PRAGMA user_version = 99');
    await expect(openSqliteStore({ directory })).rejects.toMatchObject({ reason: 'newer format' });
    changeDatabase(path, `PRAGMA user_version = ${FORMAT_VERSION}`);
    await using store = await openSqliteStore({ directory });
    expect((await store.get('/a')).kv?.value).toBe('1');
  });
});

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}

import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TemporaryDirectory } from '../contract/temporary-directory.ts';
import { acquireLock, LOCK_FILE } from './lock.ts';
import { openSqliteStore } from './open.ts';

const refusal = expect.objectContaining({
  reason: 'locked',
  message: expect.stringMatching(/in use by .*Stop that process, or choose another directory/),
});

function lockBy(directory: string, text: string): void {
  writeFileSync(join(directory, LOCK_FILE), text, { mode: 0o600 });
}

describe('acquireLock', () => {
  it('K12 names the process that has the directory, and gives it to the next one afterwards', () => {
    using scratch = new TemporaryDirectory();
    const unlock = acquireLock(scratch.path);
    const second = (): unknown => acquireLock(scratch.path);
    expect(second).toThrow(`in use by the process with pid ${process.pid}`);
    unlock();
    expect(existsSync(join(scratch.path, LOCK_FILE))).toBe(false);
    acquireLock(scratch.path)();
  });

  it('K12 writes pid and start time, readable by the owner only', () => {
    using scratch = new TemporaryDirectory();
    const unlock = acquireLock(scratch.path);
    const holder = JSON.parse(readFileSync(join(scratch.path, LOCK_FILE), 'utf8')) as unknown;
    expect(holder).toMatchObject({ pid: process.pid });
    unlock();
  });

  it('F46 takes over from a process that is gone', () => {
    using scratch = new TemporaryDirectory();
    lockBy(scratch.path, JSON.stringify({ pid: 2 ** 22 + 1, started: 'some boot/4711' }));
    acquireLock(scratch.path)();
  });

  it('F46 takes over when the pid now belongs to another process', () => {
    using scratch = new TemporaryDirectory();
    lockBy(scratch.path, JSON.stringify({ pid: process.pid, started: 'an earlier boot/4711' }));
    acquireLock(scratch.path)();
  });

  it('F46 takes over a lock that was never written to its end', () => {
    for (const text of ['', '{"pid":', 'null', '{"pid":"x"}']) {
      using scratch = new TemporaryDirectory();
      lockBy(scratch.path, text);
      acquireLock(scratch.path)();
    }
  });

  it('leaves a lock alone that somebody else has taken since', () => {
    using scratch = new TemporaryDirectory();
    const unlock = acquireLock(scratch.path);
    lockBy(scratch.path, 'theirs');
    unlock();
    expect(readFileSync(join(scratch.path, LOCK_FILE), 'utf8')).toBe('theirs');
  });
});

describe('a second store on one directory', () => {
  it('F46 is refused, and the first goes on unharmed', async () => {
    using scratch = new TemporaryDirectory();
    const directory = join(scratch.path, 'store');
    await using first = await openSqliteStore({ directory });
    await expect(openSqliteStore({ directory })).rejects.toEqual(refusal);
    expect((await first.create('/a', '1')).ok).toBe(true);
    await expect(openSqliteStore({ directory })).rejects.toEqual(refusal);
  });

  it('F46 is refused by SQLite even when the lock file is lost', async () => {
    using scratch = new TemporaryDirectory();
    const directory = join(scratch.path, 'store');
    await using first = await openSqliteStore({ directory });
    rmSync(join(directory, LOCK_FILE));
    await expect(openSqliteStore({ directory })).rejects.toMatchObject({ reason: 'locked' });
    expect((await first.create('/b', '1')).ok).toBe(true);
  });
});

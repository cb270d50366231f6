import { readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StoreOpenError } from './errors.ts';

/** Name of the lock file in the data directory. */
export const LOCK_FILE = 'lock';

interface Holder {
  readonly pid: number;
  /** Tells a process from a later one with its pid; undefined where the system does not say. */
  readonly started: string | undefined;
}

/** Directories locked by this process, for systems that do not tell when a process started. */
const mine = new Set<string>();

/**
 * Takes the directory for this process, or throws naming the process that has it (K12). A lock left by a process that
 * is gone is taken over. Two processes taking over at one moment are told apart by SQLite's own lock on the file,
 * which the driver holds for good from before its first write.
 *
 * Returns the function that gives the lock back; `as found` also puts back what a dead process had left.
 */
export function acquireLock(directory: string): (how?: 'as found') => void {
  let stale: string | undefined;
  const path = join(directory, LOCK_FILE);
  const text = `${JSON.stringify({ pid: process.pid, started: startOf(process.pid) })}\n`;
  for (let attempt = 0; !writeNew(path, text); attempt += 1) {
    const holder = readHolder(path);
    if (holder !== undefined && (isAlive(holder, directory) || attempt > 3)) throw heldBy(directory, holder);
    stale = readText(path);
    unlinkIfThere(path);
  }
  mine.add(directory);
  return (how) => {
    mine.delete(directory);
    if (readText(path) === text) unlinkIfThere(path);
    if (how === 'as found' && stale !== undefined) writeNew(path, stale);
  };
}

/** The refusal when a process has the directory. */
export function heldBy(directory: string, holder?: { readonly pid: number }): StoreOpenError {
  const who = holder === undefined ? 'another process' : `the process with pid ${holder.pid}`;
  return new StoreOpenError(
    'locked',
    `The data directory ${directory} is in use by ${who}. Stop that process, or choose another directory.`,
  );
}

function isAlive({ pid, started }: Holder, directory: string): boolean {
  const now = startOf(pid);
  if (now !== undefined && started !== undefined) return now === started;
  if (pid === process.pid) return mine.has(directory);
  return process.platform !== 'linux' && answersSignals(pid);
}

/** On Linux the boot and the tick a process was started at; undefined elsewhere or when there is no such process. */
function startOf(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is a name in parentheses and may hold anything; the start is the 22nd.
    const tick = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return tick === undefined ? undefined : `${boot}/${tick}`;
  } catch {
    return undefined;
  }
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    const { pid, started } = JSON.parse(readText(path) ?? '') as Record<string, unknown>;
    if (typeof pid !== 'number') return undefined;
    return { pid, started: typeof started === 'string' ? started : undefined };
  } catch {
    return undefined;
  }
}

function writeNew(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

function codeOf(error: unknown): unknown {
  return Error.isError(error) && 'code' in error ? error.code : undefined;
}

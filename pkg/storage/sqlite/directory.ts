import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StoreOpenError } from './errors.ts';
import { LOCK_FILE } from './lock.ts';
import { DATABASE_FILE } from './schema.ts';

/** Makes the data directory, or checks that it and its files are nobody else's to read (SV29). */
export function prepareDirectory(directory: string): void {
  if (!existsSync(directory)) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    syncDirectory(dirname(directory));
  }
  if (process.platform === 'win32') return;
  refuseWide(directory, '700');
  for (const name of readdirSync(directory)) {
    if (name === LOCK_FILE || name.startsWith(DATABASE_FILE)) refuseWide(join(directory, name), '600');
  }
}

/** Makes names that were just created or changed in the directory durable. */
export function syncDirectory(directory: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function refuseWide(path: string, wanted: string): void {
  const mode = statSync(path).mode & 0o777;
  if ((mode & 0o077) === 0) return;
  throw new StoreOpenError(
    'permissions',
    `${path} has mode ${mode.toString(8)}, so others could read the cluster's secrets. Run: chmod ${wanted} ${path}`,
  );
}

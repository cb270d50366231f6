/** Several API servers on one store are one cluster: they sign with the same keys, which the store hands from one to the next. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivateFile } from '../apiserver/index.ts';
import type { Store } from '../storage/store.ts';

/** The serving certificate is each server's own. */
const files = ['ca.crt', 'ca.key', 'admin.crt', 'admin.key', 'sa.key'];
const key = '/registry/fairlead.dev/identity';

/** Before a start: puts the cluster's keys into the directory, if there are any yet. */
export async function fetchIdentity(store: Store, directory: string): Promise<void> {
  const { kv } = await store.get(key);
  if (kv === undefined) return;
  const kept = new Map(Object.entries(JSON.parse(kv.value) as Record<string, string>));
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  for (const file of files) {
    const text = kept.get(file);
    if (text !== undefined) writePrivateFile(join(directory, file), text);
  }
}

/** After keys were made: true when they are the cluster's now, false when another server was first. */
export async function publishIdentity(store: Store, directory: string): Promise<boolean> {
  const kept = files.filter((file) => existsSync(join(directory, file)));
  const value = JSON.stringify(
    Object.fromEntries(kept.map((file) => [file, readFileSync(join(directory, file), 'utf8')])),
  );
  const result = await store.create(key, value);
  return result.ok || result.current?.value === value;
}

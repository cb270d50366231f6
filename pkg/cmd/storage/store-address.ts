/** `sqlite:DIRECTORY` and `etcd:URL,URL`: stores as the storage commands name them. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import type { Store } from '../../storage/store.ts';
import { ConfigError } from '../config-error.ts';
import { connectEtcd, parseEndpoints, withOffset, type EtcdFlags } from '../etcd-options.ts';

export type StoreAddress =
  | { readonly kind: 'sqlite'; readonly directory: string }
  | { readonly kind: 'etcd'; readonly endpoints: readonly string[] };

export function parseStoreAddress(text: string): StoreAddress {
  const [, kind, rest = ''] = /^(sqlite|etcd):(.+)$/.exec(text) ?? [];
  if (kind === 'sqlite') return { kind, directory: resolve(rest) };
  if (kind === 'etcd') return { kind, endpoints: parseEndpoints(rest) };
  throw new InvalidArgumentError('expected sqlite:DATA-DIRECTORY or etcd:URL[,URL…].');
}

export const formatStoreAddress = (address: StoreAddress): string =>
  address.kind === 'sqlite' ? `sqlite:${address.directory}` : `etcd:${address.endpoints.join(',')}`;

/** A store that is read: it must exist. */
export async function openForReading(address: StoreAddress, flags: EtcdFlags): Promise<Store> {
  if (address.kind === 'etcd') return withOffset(await connectEtcd({ ...flags, etcdServers: address.endpoints }));
  if (!existsSync(join(address.directory, 'store'))) {
    throw new ConfigError(`${address.directory} is no data directory of fairlead: it has no store.`);
  }
  return openSqlite(address.directory, 0);
}

/** A store that is filled, without an offset; a SQLite one goes on behind that revision at once. */
export function openForFilling(address: StoreAddress, flags: EtcdFlags, behind: number): Promise<Store> {
  return address.kind === 'etcd'
    ? connectEtcd({ ...flags, etcdServers: address.endpoints })
    : openSqlite(address.directory, behind);
}

async function openSqlite(directory: string, behind: number): Promise<Store> {
  const { openSqliteStore, StoreOpenError } = await import('../../storage/sqlite/index.ts');
  try {
    const store = await openSqliteStore({ directory: join(directory, 'store') });
    const missing = behind - (await store.currentRevision());
    if (missing > 0) await store.skipRevisions(missing);
    return store;
  } catch (error) {
    throw error instanceof StoreOpenError ? new ConfigError(error.message) : error;
  }
}

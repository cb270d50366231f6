/** From `--storage` to an engine. */
import { join } from 'node:path';
import { systemClock } from '../clock/index.ts';
import type { Store } from '../storage/store.ts';
import { ConfigError } from './config-error.ts';
import { openEtcd, refuseHalfMigrated, type EtcdFlags } from './etcd-options.ts';

/** F44: after a failed fsync nobody knows what the disk holds; a restart reads what is there. */
function trouble(found: { readonly message: string; readonly fatal: boolean } | undefined): void {
  if (found === undefined) return;
  console.error(`fairlead: the store takes no writes: ${found.message}`);
  if (found.fatal) process.exit(1);
}

export async function openStore(
  storage: 'sqlite' | 'memory' | 'etcd',
  dataDir: string,
  etcd?: EtcdFlags,
): Promise<Store> {
  switch (storage) {
    case 'memory': {
      const { MemoryStore } = await import('../storage/memory/index.ts');
      return new MemoryStore({ clock: systemClock });
    }
    case 'sqlite': {
      const { openSqliteStore, StoreOpenError } = await import('../storage/sqlite/index.ts');
      try {
        const store = await openSqliteStore({
          directory: join(dataDir, 'store'),
          clock: systemClock,
          observer: { trouble },
        });
        await refuseHalfMigrated(store);
        return store;
      } catch (error) {
        throw error instanceof StoreOpenError ? new ConfigError(error.message) : error;
      }
    }
    case 'etcd':
      if (etcd === undefined) throw new ConfigError('this command keeps its data in sqlite or memory.');
      return openEtcd(etcd);
  }
}

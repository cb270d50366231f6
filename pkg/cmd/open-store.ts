/** From `--storage` to an engine. */
import { join } from 'node:path';
import { systemClock } from '../clock/index.ts';
import type { Store } from '../storage/store.ts';
import { ConfigError } from './config-error.ts';

export async function openStore(storage: 'sqlite' | 'memory' | 'etcd', dataDir: string): Promise<Store> {
  switch (storage) {
    case 'memory': {
      const { MemoryStore } = await import('../storage/memory/index.ts');
      return new MemoryStore({ clock: systemClock });
    }
    case 'sqlite': {
      const { openSqliteStore } = await import('../storage/sqlite/index.ts');
      return openSqliteStore({ directory: join(dataDir, 'store'), clock: systemClock });
    }
    case 'etcd':
      throw new ConfigError('--storage etcd is not built yet; use sqlite (the default) or memory.');
  }
}

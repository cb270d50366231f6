import { VirtualClock } from '../../clock/index.ts';
import { TemporaryDirectory } from '../contract/temporary-directory.ts';
import type { Subject } from '../store.contract.ts';
import { storeContract } from '../store.contract.ts';
import { openSqliteStore } from './index.ts';

async function make(): Promise<Subject> {
  const scratch = new TemporaryDirectory();
  const clock = new VirtualClock();
  const store = await openSqliteStore({ directory: `${scratch.path}/store`, clock });
  return {
    store,
    async advance(ms) {
      await clock.advance(ms);
      // Settles with the next commit, which carries the expiries.
      await store.compact(0);
    },
    async dispose() {
      await store.close();
      scratch[Symbol.dispose]();
    },
  };
}

storeContract('sqlite', make);

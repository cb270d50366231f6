import { VirtualClock } from '../clock/index.ts';
import { MemoryStore } from './memory/index.ts';
import { OffsetStore } from './offset-store.ts';
import { storeContract } from './store.contract.ts';

storeContract('a store that counts on from 1000 (K26)', async () => {
  const clock = new VirtualClock();
  const store = new OffsetStore(new MemoryStore({ clock }), 1000);
  return { store, advance: (ms) => clock.advance(ms), dispose: () => store.close() };
});

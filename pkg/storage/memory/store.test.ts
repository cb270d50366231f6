import { VirtualClock } from '../../clock/index.ts';
import type { Subject } from '../store.contract.ts';
import { storeContract } from '../store.contract.ts';
import { MemoryStore } from './index.ts';

async function make(): Promise<Subject> {
  const clock = new VirtualClock();
  const store = new MemoryStore({ clock });
  return { store, advance: (ms) => clock.advance(ms), dispose: () => store.close() };
}

storeContract('memory', make);

import { VirtualClock } from '../../clock/index.ts';
import { storeModelContract } from '../store.model.contract.ts';
import { MemoryStore } from './index.ts';

storeModelContract(
  'memory',
  async () => {
    const clock = new VirtualClock();
    const store = new MemoryStore({ clock });
    return { store, advance: (ms) => clock.advance(ms), dispose: () => store.close() };
  },
  { numRuns: 100, maxCommands: 60, restarts: false },
);

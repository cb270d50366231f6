/** T5: a driver against the dullest program that could be a store, with any sequence of calls, watches and restarts. */
import { describe, it } from '@jest/globals';
import * as fc from 'fast-check';
import { StoreModel } from './contract/model.ts';
import { commandArbs } from './contract/model-commands.contract.ts';
import type { RestartableSubject, World } from './contract/model-steps.contract.ts';

export type { RestartableSubject } from './contract/model-steps.contract.ts';

/** How long to look for a difference. */
export interface ModelRuns {
  readonly numRuns: number;
  readonly maxCommands: number;
  readonly restarts: boolean;
}

/** Registers the model test for one driver. */
export function storeModelContract(
  name: string,
  make: () => Promise<RestartableSubject>,
  { numRuns, maxCommands, restarts }: ModelRuns,
): void {
  describe(`${name} against the model`, () => {
    it('T5 agrees after every command, watchers included', async () => {
      await fc.assert(
        fc.asyncProperty(fc.commands(commandArbs(restarts), { maxCommands, size: '+1' }), async (commands) => {
          const world: World = { subject: await make(), watches: [] };
          const model = new StoreModel(await world.subject.store.currentRevision());
          try {
            await fc.asyncModelRun(() => ({ model, real: world }), commands);
          } finally {
            await world.subject.dispose();
          }
        }),
        { numRuns },
      );
    }, 60_000);
  });
}

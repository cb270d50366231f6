/**
 * What every driver must do (T6). A driver's test file calls `storeContract` with a way to make an empty store, and
 * adds only its own specialities. Each part stands in `contract/`.
 */
import { describe } from '@jest/globals';
import { compactionContract } from './contract/compaction.contract.ts';
import { hostileContract } from './contract/hostile.contract.ts';
import { leasesContract } from './contract/leases.contract.ts';
import { readsContract } from './contract/reads.contract.ts';
import type { ContractOptions, MakeSubject } from './contract/subject.ts';
import { watchContract } from './contract/watch.contract.ts';
import { writesContract } from './contract/writes.contract.ts';

export type { ContractOptions, MakeSubject, Subject } from './contract/subject.ts';

/** Registers the whole suite for one driver. */
export function storeContract(name: string, make: MakeSubject, options: ContractOptions = { embedded: true }): void {
  describe(`${name} keeps the store contract`, () => {
    writesContract(make, options);
    readsContract(make);
    watchContract(make, options);
    leasesContract(make, options);
    compactionContract(make);
    hostileContract(make);
  });
}

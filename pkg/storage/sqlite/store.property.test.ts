import { storeModelContract } from '../store.model.contract.ts';
import { makeSubject } from './subject.contract.ts';

storeModelContract('sqlite', makeSubject, { numRuns: 25, maxCommands: 60, restarts: true });

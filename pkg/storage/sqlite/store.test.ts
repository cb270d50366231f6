import { storeContract } from '../store.contract.ts';
import { makeSubject } from './subject.contract.ts';

storeContract('sqlite', makeSubject);

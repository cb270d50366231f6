/** Differences from the real server that we know of and stand by. Everything else is a fault. */
import { reasonIn, type Known } from '../upstream-api/known.ts';

export const register: readonly Known[] = [
  {
    id: /does not parse$/,
    why: 'upstream lists every token that could have followed; ours says which it did not expect',
  },
  { id: 'discovery', why: 'mutating admission policies are not served here' },
  { id: 'create 301', why: 'upstream follows a redirection, though without the review; ours takes it for an answer' },
  { id: 'create foreign', why: 'upstream adds which authority of the same name it tried in vain' },
];

export const knownReason = reasonIn(register);

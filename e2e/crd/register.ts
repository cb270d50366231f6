/** Differences from the real server that we know of and stand by. Everything else is a fault. */
import { reasonIn, type Known } from '../upstream-api/known.ts';

export const register: readonly Known[] = [
  {
    id: /^(?:get|list) as protobuf$/,
    why: 'the refusal of a form that custom objects do not have is JSON here; upstream sends it in the form refused',
  },
  {
    id: 'after the scale',
    why: 'upstream leaves the time out of the record of a scale; here every record has one',
  },
  {
    id: 'apply strictly',
    why: 'a key that stands twice in YAML is refused without the line it is on',
  },
  {
    id: 'refused: enum at root beside status',
    why: 'upstream shows its internal type of a schema, every unset field of it; here the schema is shown as it came',
  },
];

export const knownReason = reasonIn(register);

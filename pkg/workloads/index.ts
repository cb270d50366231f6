export { findCondition, timeText, withCondition } from './conditions.ts';
export type { Condition } from './conditions.ts';
export { resolveIntOrPercent } from './int-or-percent.ts';
export {
  byAge,
  byName,
  claim,
  controllerOf,
  controllerReference,
  isBeingDeleted,
  isControlledBy,
} from './ownership.ts';
export type { Claim, ClaimInputs } from './ownership.ts';
export { availableInMs, isActive, isReady, isTerminal, podFromTemplate } from './pods.ts';
export type { PodWish } from './pods.ts';
export { sameJson } from './same-json.ts';
export { statusSteps } from './status-step.ts';
export { templateHash, templateHashLabel } from './template-hash.ts';

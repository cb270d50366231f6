export { aggregate } from './aggregate.ts';
export { applyToObjects } from './apply-to-objects.ts';
export type {
  CreateStep,
  DeleteStep,
  EventStep,
  Plan,
  Precondition,
  RequeueStep,
  Step,
  UpdateStep,
  WriteStep,
} from './plan.ts';
export { preconditionOf } from './precondition.ts';

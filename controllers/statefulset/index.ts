export { startStatefulSetController } from './controller.ts';
export type { Because, StatefulSetInputs } from './plan.ts';
export { planStatefulSet } from './plan.ts';

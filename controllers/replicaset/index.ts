export { startReplicaSetController } from './controller.ts';
export type { Because, ReplicaSetInputs } from './plan.ts';
export { planReplicaSet } from './plan.ts';

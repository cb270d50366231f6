export { behaviourOf, type Behaviour } from './behaviour.ts';
export { chooseNode, type Candidate, type Choice } from './choose-node.ts';
export { nodePlaces, type NodePlace, type NodesPlan } from './places.ts';
export { planPod, type Home, type PodInputs, type PodPlan, type PodStatus, type Seen } from './plan-pod.ts';
export { startNodes, type NodesOptions } from './start-nodes.ts';
export { SimulatedRuntime, type PodWorld } from './pod-runtime.ts';

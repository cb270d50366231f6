export type { ExplainInputs, PodExplanation, ServiceExplanation } from './explain.ts';
export { explainPods, explainService } from './explain.ts';
export type { LabelDifference, PodReason, Sentence, ServiceReason } from './reasons.ts';

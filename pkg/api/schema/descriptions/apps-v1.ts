import type { Descriptions } from '../descriptions.ts';

export const appsV1Descriptions: Descriptions = {
  Deployment: {
    '': 'Keeps a number of equal pods running and replaces them step by step when their template changes.',
    metadata: 'Name, labels and other data common to all objects.',
    spec: 'What shall run.',
    status: 'How far that has come.',
  },
  DeploymentSpec: {
    '': 'Which pods shall run, how many, and how they are replaced.',
    replicas: 'Number of pods wanted; one when unset.',
    selector: 'Labels of the pods that belong to it; they must match the template, and never change.',
    template: 'Pattern of the pods.',
    strategy: 'How pods of an older template are replaced.',
    minReadySeconds: 'How long a new pod must have been ready before it counts as available.',
    revisionHistoryLimit: 'Number of old ReplicaSets kept for going back.',
    paused: 'True holds back replacements.',
    progressDeadlineSeconds: 'Time without progress after which the roll-out counts as stuck.',
  },
  DeploymentStrategy: {
    '': 'How pods of an older template are replaced.',
    type: '`RollingUpdate` goes step by step; `Recreate` ends all old pods first.',
    rollingUpdate: 'Size of the steps.',
  },
  RollingUpdateDeployment: {
    '': 'Size of the steps, as numbers or percentages of the pods wanted.',
    maxUnavailable: 'How many pods may be missing meanwhile.',
    maxSurge: 'How many pods may be there in excess meanwhile.',
  },
  DeploymentStatus: {
    '': 'How far a Deployment has come.',
    observedGeneration: 'The `metadata.generation` this status is about.',
    replicas: 'Pods that exist, of any template.',
    updatedReplicas: 'Pods of the present template.',
    readyReplicas: 'Pods that are ready.',
    availableReplicas: 'Pods that have been ready for long enough.',
    unavailableReplicas: 'Pods that are still missing.',
    terminatingReplicas: 'Pods on their way out.',
    conditions: 'Aspects of the state, such as `Available` and `Progressing`.',
    collisionCount: 'Hash collisions met when naming ReplicaSets.',
  },
  DeploymentCondition: {
    '': 'One aspect of the state of a Deployment.',
    type: 'Name of the aspect.',
    status: '`True`, `False` or `Unknown`.',
    lastUpdateTime: 'When it was last looked at.',
    lastTransitionTime: 'When `status` last changed.',
    reason: 'Why, as one word.',
    message: 'Why, as a sentence.',
  },
};
